# The types that come with Ecto: enumerations, UUIDs, and what an embed is stored as.

defmodule Ecto.Enum do
  @moduledoc false
  use Ecto.ParameterizedType

  @impl true
  def type(params), do: params.type

  @impl true
  def init(opts) do
    {type, mappings} = mappings!(opts[:values])

    %{
      on_load: Map.new(mappings, fn {key, value} -> {value, key} end),
      on_dump: Map.new(mappings),
      on_cast: Map.new(mappings, fn {key, _} -> {Atom.to_string(key), key} end),
      mappings: mappings,
      embed_as: embed!(Keyword.get(opts, :embed_as, :values)),
      type: type
    }
  end

  defp mappings!(values) do
    type = if Keyword.keyword?(values), do: values |> Keyword.values() |> type_of()

    cond do
      is_list(values) and Enum.all?(values, &is_atom/1) ->
        unique!(values)
        {:string, Enum.map(values, &{&1, Atom.to_string(&1)})}

      type ->
        unique!(Keyword.keys(values))
        unique!(Keyword.values(values))
        {type, values}

      true ->
        raise ArgumentError, """
        Ecto.Enum types must have a values option specified as a list of atoms or a
        keyword list with a mapping from atoms to either integer or string values.

        For example:

            field :my_field, Ecto.Enum, values: [:foo, :bar]

        or

            field :my_field, Ecto.Enum, values: [foo: 1, bar: 2, baz: 5]
        """
    end
  end

  defp type_of(values) do
    cond do
      Enum.all?(values, &is_integer/1) -> :integer
      Enum.all?(values, &is_binary/1) -> :string
      true -> nil
    end
  end

  defp unique!(values) do
    if Enum.uniq(values) != values do
      raise ArgumentError, """
      Ecto.Enum type values must be unique.

      For example:

          field :my_field, Ecto.Enum, values: [:foo, :bar, :foo]

      is invalid, while

          field :my_field, Ecto.Enum, values: [:foo, :bar, :baz]

      is valid
      """
    end
  end

  defp embed!(:values), do: :self
  defp embed!(:dumped), do: :dump

  defp embed!(other) do
    raise ArgumentError, """
    the `:embed_as` option for `Ecto.Enum` accepts either `:values` or `:dumped`,
    received: `#{inspect(other)}`
    """
  end

  @impl true
  def cast(nil, _params), do: {:ok, nil}

  def cast(data, %{on_load: on_load, on_dump: on_dump, on_cast: on_cast}) do
    cond do
      is_map_key(on_load, data) -> {:ok, on_load[data]}
      is_map_key(on_dump, data) -> {:ok, data}
      is_map_key(on_cast, data) -> {:ok, on_cast[data]}
      true -> {:error, validation: :inclusion, enum: Map.keys(on_cast)}
    end
  end

  @impl true
  def load(nil, _loader, _params), do: {:ok, nil}
  def load(data, _loader, %{on_load: on_load}), do: Map.fetch(on_load, data)

  @impl true
  def dump(nil, _dumper, _params), do: {:ok, nil}
  def dump(data, _dumper, %{on_dump: on_dump}), do: Map.fetch(on_dump, data)

  @impl true
  def equal?(a, b, _params), do: a == b

  @impl true
  def embed_as(_format, %{embed_as: embed_as}), do: embed_as

  @impl true
  def format(%{mappings: mappings}), do: "#Ecto.Enum<values: #{inspect(Keyword.keys(mappings))}>"

  def values(schema_or_types, field), do: schema_or_types |> mappings(field) |> Keyword.keys()
  def dump_values(schema_or_types, field), do: schema_or_types |> mappings(field) |> Keyword.values()
  def mappings(schema_or_types, field), do: Map.fetch!(params(schema_or_types, field), :mappings)

  def cast_value(schema_or_types, field, value) do
    with {:error, _} <- cast(value, params(schema_or_types, field)), do: :error
  end

  defp params(schema, field) when is_atom(schema) do
    try do
      schema.__changeset__()
    rescue
      UndefinedFunctionError -> raise ArgumentError, "#{inspect(schema)} is not an Ecto schema or types map"
    else
      types -> params(types, field)
    end
  end

  defp params(types, field) when is_map(types) do
    case types do
      %{^field => {:parameterized, {Ecto.Enum, params}}} -> params
      %{^field => {_, {:parameterized, {Ecto.Enum, params}}}} -> params
      %{^field => _} -> raise ArgumentError, "#{field} is not an Ecto.Enum field"
      %{} -> raise ArgumentError, "#{field} does not exist"
    end
  end
end

defmodule Ecto.UUID do
  @moduledoc false
  use Ecto.Type

  def type, do: :uuid

  def cast(<<_::128>> = raw), do: {:ok, encode(raw)}
  def cast(text), do: with({:ok, raw} <- dump(text), do: {:ok, encode(raw)})

  def cast!(value) do
    case cast(value) do
      {:ok, text} -> text
      :error -> raise Ecto.CastError, type: __MODULE__, value: value
    end
  end

  def dump(<<a::8-bytes, ?-, b::4-bytes, ?-, c::4-bytes, ?-, d::4-bytes, ?-, e::12-bytes>>),
    do: Base.decode16(a <> b <> c <> d <> e, case: :mixed)

  def dump(_value), do: :error

  def dump!(value) do
    case dump(value) do
      {:ok, raw} -> raw
      :error -> raise ArgumentError, "cannot dump given UUID to binary: #{inspect(value)}"
    end
  end

  def load(<<_::128>> = raw), do: {:ok, encode(raw)}

  def load(<<_::64, ?-, _::32, ?-, _::32, ?-, _::32, ?-, _::96>> = text) do
    raise ArgumentError,
          "trying to load string UUID as Ecto.UUID: #{inspect(text)}. " <>
            "Maybe you wanted to declare :uuid as your database field?"
  end

  def load(_value), do: :error

  def load!(value) do
    case load(value) do
      {:ok, text} -> text
      :error -> raise ArgumentError, "cannot load given binary as UUID: #{inspect(value)}"
    end
  end

  defp encode(raw) do
    <<a::8-bytes, b::4-bytes, c::4-bytes, d::4-bytes, e::12-bytes>> = Base.encode16(raw, case: :lower)
    <<a::binary, ?-, b::binary, ?-, c::binary, ?-, d::binary, ?-, e::binary>>
  end

  def generate(opts \\ []), do: encode(bingenerate(opts))

  @doc false
  def autogenerate(opts \\ []), do: generate(opts)

  def bingenerate(opts \\ []) do
    case Keyword.pop(opts, :version, 4) do
      {4, []} -> put_version(:crypto.strong_rand_bytes(16), 4)
      {4, opts} -> raise ArgumentError, "unsupported options for v4: #{inspect(opts)}"
      {7, opts} -> timed(opts)
      {version, _} -> raise ArgumentError, "unsupported UUID version: #{inspect(version)}"
    end
  end

  defp put_version(<<a::48, _::4, b::12, _::2, c::62>>, version), do: <<a::48, version::4, b::12, 2::2, c::62>>

  defp timed(opts) do
    {precision, rest} = Keyword.pop(opts, :precision, :millisecond)
    if rest != [], do: raise(ArgumentError, "unsupported options for v7: #{inspect(rest)}")

    case precision do
      :millisecond ->
        put_version(<<System.system_time(:millisecond)::48, :crypto.strong_rand_bytes(10)::binary>>, 7)

      :monotonic ->
        time = ascending(System.system_time(:nanosecond))
        fraction = div(rem(time, 1_000_000) * 4096, 1_000_000)
        put_version(<<div(time, 1_000_000)::48, fraction::16, :crypto.strong_rand_bytes(8)::binary>>, 7)

      other ->
        raise ArgumentError, "unsupported precision: #{inspect(other)}"
    end
  end

  # Two of one process are never of the same time: each is a step after the
  # one before, which is what twelve bits of a millisecond can tell apart.
  defp ascending(now) do
    time = max(now, Process.get(:ecto_uuid_time, 0) + 245)
    Process.put(:ecto_uuid_time, time)
    time
  end

  def version(<<_::48, version::4, _::76>>), do: version
  def version(<<_::288>> = text), do: text |> dump!() |> version()

  def to_datetime(uuid), do: uuid |> raw() |> milliseconds("to_datetime") |> DateTime.from_unix!(:millisecond)

  def to_unix(uuid, precision \\ :second),
    do: uuid |> raw() |> milliseconds("to_unix") |> System.convert_time_unit(:millisecond, precision)

  defp raw(<<_::128>> = raw), do: raw
  defp raw(text), do: dump!(text)

  defp milliseconds(<<milliseconds::48, 7::4, _::76>>, _fun), do: milliseconds
  defp milliseconds(<<_::48, version::4, _::76>>, fun), do: raise(ArgumentError, "#{fun} doesn't support UUID v#{version}")
end

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

  defp load_one(%{related: schema}, value, loader) when is_map(value), do: Ecto.Schema.Loader.unsafe_load(schema, value, loader)

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
    expected = if cardinality == :one, do: "a struct #{inspect(schema)} value", else: "a list of #{inspect(schema)} struct values"
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
