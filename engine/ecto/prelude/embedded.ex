# Ecto.Embedded: an embed, and what it is stored as.

defmodule Ecto.Embedded do
  @moduledoc false
  use Ecto.ParameterizedType

  defstruct [:cardinality, :field, :owner, :related, :on_cast, on_replace: :raise, unique: true, ordered: true]

  @impl true
  def type(_relation), do: {:map, :any}

  @impl true
  def init(opts) do
    opts = Keyword.put_new(opts, :on_replace, :raise)
    only_one = if Keyword.fetch!(opts, :cardinality) == :one, do: [:update], else: []
    allowed = [:raise, :mark_as_invalid, :delete] ++ only_one

    if opts[:on_replace] not in allowed do
      raise ArgumentError,
            "invalid `:on_replace` option for #{inspect(Keyword.fetch!(opts, :field))}. " <>
              "The only valid options are: " <> Enum.map_join(allowed, ", ", &"`#{inspect(&1)}`")
    end

    struct(__MODULE__, opts)
  end

  @impl true
  def load(nil, _loader, %{cardinality: :one}), do: {:ok, nil}
  def load(value, loader, %{cardinality: :one} = embed) when is_map(value), do: {:ok, load_one(embed, value, loader)}
  def load(nil, _loader, %{cardinality: :many}), do: {:ok, []}

  def load(value, loader, %{cardinality: :many} = embed) when is_list(value),
    do: {:ok, Enum.map(value, &load_one(embed, &1, loader))}

  def load(_value, _loader, _embed), do: :error

  defp load_one(%{related: schema}, value, loader) when is_map(value),
    do: Ecto.Schema.Loader.unsafe_load(schema, value, loader)

  defp load_one(%{field: field}, value, _loader),
    do: raise(ArgumentError, "cannot load embed `#{field}`, expected a map but got: #{inspect(value)}")

  @impl true
  def dump(nil, _dumper, _embed), do: {:ok, nil}
  def dump(value, dumper, %{cardinality: :one} = embed) when is_map(value), do: {:ok, dump_one(embed, value, dumper)}

  def dump(value, dumper, %{cardinality: :many} = embed) when is_list(value),
    do: {:ok, Enum.map(value, &dump_one(embed, &1, dumper))}

  def dump(_value, _dumper, _embed), do: :error

  defp dump_one(%{related: schema}, %{__struct__: schema} = struct, dumper),
    do: Ecto.Schema.Loader.safe_dump(struct, schema.__schema__(:dump), dumper)

  defp dump_one(%{related: schema, field: field, cardinality: cardinality}, value, _dumper) do
    expected =
      if cardinality == :one, do: "a struct #{inspect(schema)} value", else: "a list of #{inspect(schema)} struct values"

    raise ArgumentError, "cannot dump embed `#{field}`, expected #{expected} but got: #{inspect(value)}"
  end

  @impl true
  def cast(nil, %{cardinality: :one}), do: {:ok, nil}
  def cast(%{__struct__: schema} = struct, %{cardinality: :one, related: schema}), do: {:ok, struct}
  def cast(nil, %{cardinality: :many}), do: {:ok, []}

  def cast(value, %{cardinality: :many, related: schema}) when is_list(value),
    do: if(Enum.all?(value, &match?(%{__struct__: ^schema}, &1)), do: {:ok, value}, else: :error)

  def cast(_value, _embed), do: :error

  @impl true
  def embed_as(_format, _embed), do: :dump

  @doc false
  def build(%__MODULE__{related: related}, _owner), do: related.__struct__()

  @doc false
  def preload_info(_embed), do: :embed
end
