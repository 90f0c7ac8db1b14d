# What a changeset makes of parameters.

defmodule Ecto.Changeset.Cast do
  @moduledoc false

  def invalid!(params), do: error!(params, "expected params to be a :map, got: `#{inspect(params)}`")
  defp error!(params, message), do: raise(Ecto.CastError, type: :map, value: params, message: message)

  def key(key) when is_atom(key), do: {key, Atom.to_string(key)}
  def key(key), do: raise(ArgumentError, "cast/3 expects a list of atom keys, got key: `#{inspect(key)}`")

  # Parameters have text as keys, or atoms: never both.
  def string_keys(params) do
    if Enum.any?(params, fn {key, _} -> is_atom(key) end),
      do: Map.new(params, fn {key, value} -> {string_key(key, params), value} end),
      else: params
  end

  defp string_key(key, _params) when is_atom(key), do: Atom.to_string(key)

  defp string_key(_key, params),
    do:
      error!(params, "expected params to be a map with atoms or string keys, got a map with mixed keys: #{inspect(params)}")

  def options!(data, empty_values, opts) do
    empty_values = opts[:empty_values] || empty_values
    message = Keyword.get(opts, :message, fn _, _ -> nil end)

    if Enum.any?(empty_values, &is_function/1) do
      raise ArgumentError, "passing functions in :empty_values is no longer support, use :trim_values instead"
    end

    if not is_function(message, 2) do
      raise ArgumentError, "expected `:message` to be a function of arity 2, received: #{inspect(message)}"
    end

    %{
      empty_values: empty_values,
      trim: Keyword.get(opts, :trim_values, &Ecto.Type.trim/2),
      force?: Keyword.get(opts, :force_changes, false),
      message: message,
      defaults: if(is_struct(data), do: data.__struct__.__struct__(), else: %{})
    }
  end

  def field(key, params, types, data, options, {changes, errors}) do
    {key, param} = key(key)
    type = type!(types, key)

    with {:ok, given} <- Map.fetch(params, param),
         {:ok, value} <- Ecto.Type.cast(type, value(type, given, key, options)) do
      current = Map.get_lazy(changes, key, fn -> Map.get(data, key) end)
      same? = not options.force? and Ecto.Type.equal?(type, current, value)
      {if(same?, do: changes, else: Map.put(changes, key, value)), errors}
    else
      {:error, meta} when is_list(meta) -> {changes, [invalid(key, type, meta, options) | errors]}
      :error when is_map_key(params, param) -> {changes, [invalid(key, type, [], options) | errors]}
      :error -> {changes, errors}
    end
  end

  defp invalid(key, type, meta, options) do
    {default, meta} =
      meta |> Keyword.put_new(:validation, :cast) |> Keyword.put(:type, type) |> Keyword.pop(:message, "is invalid")

    {key, {options.message.(key, meta) || default, meta}}
  end

  defp type!(types, key) do
    case types do
      %{^key => {tag, _}} when tag in [:embed, :assoc] ->
        raise "casting #{tag}s with cast/4 for #{inspect(key)} field is not supported, use cast_#{tag}/3 instead"

      %{^key => type} ->
        type

      _ ->
        raise ArgumentError,
              "unknown field `#{inspect(key)}` given to cast. Either the field does not exist or it is a " <>
                ":through association (which are read-only). The known fields are: " <>
                Enum.map_join(Map.keys(types), ", ", &inspect/1)
    end
  end

  # What is empty stands for the default of the struct; in a list it is left out.
  defp value(type, given, key, options) do
    value = without_empty(type, given, options)
    if empty?(type, value, options), do: Map.get(options.defaults, key), else: value
  end

  defp without_empty({:array, type}, list, options) when is_list(list) do
    list |> Enum.map(&without_empty(type, &1, options)) |> Enum.reject(&empty?(type, &1, options))
  end

  defp without_empty(_type, value, _options), do: value
  defp empty?(type, value, options), do: options.trim.(type, value) in options.empty_values

  # What is given for an embed or an association, in order.
  def relation_params(params, name, cardinality, opts) do
    {_, param} = key(name)
    sort = listed(params, opts[:sort_param])
    drop = listed(params, opts[:drop_param])

    if is_map_key(params, param) or is_list(sort) or is_list(drop),
      do: {:ok, arrange(cardinality, Map.get(params, param), sort, drop)},
      else: :error
  end

  defp listed(_params, option) when option in [nil, false], do: nil
  defp listed(params, option), do: Map.get(params, Atom.to_string(option))

  defp arrange(:many, nil, sort, drop) when is_list(sort) or is_list(drop), do: arrange(:many, %{}, sort, drop)

  defp arrange(:many, value, sort, drop) when is_map(value) do
    drop = if is_list(drop), do: drop, else: []
    first = if is_list(sort), do: sort -- drop, else: []
    {sorted, rest} = Enum.map_reduce(first, value, &Map.pop(&2, &1, %{}))
    rest = rest |> Map.drop(drop) |> Enum.map(&number_key/1) |> Enum.sort()
    sorted ++ Enum.map(rest, fn {_, value} -> value end)
  end

  defp arrange(:one, value, sort, drop) do
    if sort, do: raise(ArgumentError, ":sort_param not supported for belongs_to/has_one")
    if drop, do: raise(ArgumentError, ":drop_param not supported for belongs_to/has_one")
    value
  end

  defp arrange(_cardinality, value, _sort, _drop), do: value

  defp number_key({key, value}) when is_binary(key) and byte_size(key) < 32 do
    case Integer.parse(key) do
      {number, ""} -> {number, value}
      _ -> {key, value}
    end
  end

  defp number_key(pair), do: pair
end
