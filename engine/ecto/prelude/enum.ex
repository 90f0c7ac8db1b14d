# Ecto.Enum: atoms that are stored as text or numbers.

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
