# What a changeset does with parameters, what its checks say, and the names of
# constraints.

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
    do: error!(params, "expected params to be a map with atoms or string keys, got a map with mixed keys: #{inspect(params)}")

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
    {default, meta} = meta |> Keyword.put_new(:validation, :cast) |> Keyword.put(:type, type) |> Keyword.pop(:message, "is invalid")
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

defmodule Ecto.Changeset.Check do
  @moduledoc false
  alias Ecto.Changeset.Relation

  def message(opts, key \\ :message, default, meta) do
    case Keyword.get(opts, key, default) do
      {text, more} when is_binary(text) and is_list(more) -> {text, Keyword.merge(meta, more)}
      text when is_binary(text) -> {text, meta}
    end
  end

  # Warns of fields that hold many, which are never missing.
  def one!(types, field) do
    case types do
      %{^field => {:assoc, %{__struct__: Ecto.Association.Has, cardinality: :many}}} -> many("has_many association", "assoc", field)
      %{^field => {:embed, %{__struct__: Ecto.Embedded, cardinality: :many}}} -> many("embed_many field", "embed", field)
      _ -> true
    end
  end

  defp many(what, tag, field) do
    IO.warn(
      "attempting to determine the presence of #{what} #{inspect(field)} " <>
        "with validate_required/3 or field_missing?/2 which has no effect. You can pass the " <>
        ":required option to Ecto.Changeset.cast_#{tag}/3 to achieve this."
    )
  end

  def element_type({:array, type}), do: type

  def element_type(type) do
    {:array, element} = Ecto.Type.type(type)
    element
  end

  def length(field_type, value, opts) do
    {type, length} = measure(field_type, value, opts[:count] || :graphemes)

    Enum.find_value([:is, :min, :max], fn kind ->
      bound = opts[kind]
      if bound && wrong?(kind, length, bound), do: message(opts, length_text(type, kind), count: bound, validation: :length, kind: kind, type: type)
    end)
  end

  defp measure(type, value, count) do
    case {value, count} do
      {value, :codepoints} when is_binary(value) -> {:string, Kernel.length(String.codepoints(value))}
      {value, :graphemes} when is_binary(value) -> {:string, String.length(value)}
      {value, :bytes} when is_binary(value) -> {:binary, byte_size(value)}
      {value, _} when is_list(value) -> {:list, Kernel.length(if(relation?(type), do: Relation.filter_empty(value), else: value))}
      {value, _} when is_map(value) -> {:map, map_size(value)}
    end
  end

  defp relation?({tag, _}), do: tag in [:embed, :assoc]
  defp relation?(_type), do: false

  defp wrong?(:is, length, bound), do: length !== bound
  defp wrong?(:min, length, bound), do: length < bound
  defp wrong?(:max, length, bound), do: length > bound

  defp length_text(type, kind), do: "should #{verb(type)} #{bound(kind)}%{count} #{unit(type)}(s)"

  defp verb(type) when type in [:string, :binary], do: "be"
  defp verb(_type), do: "have"
  defp bound(:is), do: ""
  defp bound(:min), do: "at least "
  defp bound(:max), do: "at most "
  defp unit(:string), do: "character"
  defp unit(:binary), do: "byte"
  defp unit(_type), do: "item"

  @comparisons %{
    less_than: {"must be less than %{number}", [:lt]},
    greater_than: {"must be greater than %{number}", [:gt]},
    less_than_or_equal_to: {"must be less than or equal to %{number}", [:lt, :eq]},
    greater_than_or_equal_to: {"must be greater than or equal to %{number}", [:gt, :eq]},
    equal_to: {"must be equal to %{number}", [:eq]},
    not_equal_to: {"must be not equal to %{number}", [:lt, :gt]}
  }

  def number(field, value, opts) do
    if not number?(value) do
      raise ArgumentError, "expected field `#{field}` to be a decimal, integer, or float, got: #{inspect(value)}"
    end

    Enum.find_value(Keyword.delete(opts, :message), fn {kind, target} ->
      {text, allowed} = comparison!(kind)

      if not number?(target) do
        raise ArgumentError, "expected option `#{kind}` to be a decimal, integer, or float, got: #{inspect(target)}"
      end

      {order, target} = compare(value, target)
      if order not in allowed, do: message(opts, text, validation: :number, kind: kind, number: target)
    end)
  end

  defp number?(value), do: is_number(value) or is_struct(value, Decimal)

  defp comparison!(kind) do
    Map.get(@comparisons, kind) ||
      raise ArgumentError, """
      unknown option #{inspect(kind)} given to validate_number/3

      The supported options are:

      #{@comparisons |> Map.keys() |> Enum.map_join("\n", &"  * #{inspect(&1)}")}
      """
  end

  # Where one of two is a decimal, both are.
  defp compare(value, target) when is_number(value) and is_number(target) do
    cond do
      value < target -> {:lt, target}
      value > target -> {:gt, target}
      true -> {:eq, target}
    end
  end

  defp compare(value, target) do
    target = decimal(target)
    {Decimal.compare(decimal(value), target), target}
  end

  defp decimal(float) when is_float(float), do: Decimal.from_float(float)
  defp decimal(other), do: Decimal.new(other)

  def confirmation(params, field, opts) do
    param = Atom.to_string(field)
    confirmation = param <> "_confirmation"
    value = Map.get(params, param)

    case params do
      %{^confirmation => ^value} -> []
      %{^confirmation => _} -> [{String.to_atom(confirmation), message(opts, "does not match confirmation", validation: :confirmation)}]
      %{} -> unconfirmed(String.to_atom(confirmation), opts)
    end
  end

  defp unconfirmed(field, opts) do
    if Keyword.get(opts, :required, false), do: [{field, message(opts, "can't be blank", validation: :required)}], else: []
  end
end

defmodule Ecto.Changeset.Constraint do
  @moduledoc false
  def named(name, match) when is_atom(name), do: named(Atom.to_string(name), match)

  def named(name, match) when is_binary(name) do
    if match not in [:exact, :suffix, :prefix] do
      raise ArgumentError, "invalid match type: #{inspect(match)}. Allowed match types: [:exact, :suffix, :prefix]"
    end

    name
  end

  def named(%Regex{} = name, :exact), do: name

  def named(%Regex{}, match),
    do: raise(ArgumentError, "a Regex constraint only allows match type of :exact, got: #{inspect(match)}")

  def index_name(changeset, fields) do
    Enum.join([source(changeset)] ++ Enum.map(fields, &column(changeset, &1)) ++ ["index"], "_")
  end

  def field_name(changeset, field, suffix), do: "#{source(changeset)}_#{column(changeset, field)}_#{suffix}"

  def belongs_to_name(changeset, assoc) do
    case association!(changeset, assoc) do
      %{__struct__: Ecto.Association.BelongsTo, owner_key: key} ->
        "#{source(changeset)}_#{key}_fkey"

      other ->
        raise ArgumentError, "assoc_constraint can only be added to belongs to associations, got: #{inspect(other)}"
    end
  end

  def has_name(changeset, assoc) do
    case association!(changeset, assoc) do
      %{__struct__: Ecto.Association.Has, cardinality: cardinality, related_key: key, related: related} ->
        verb = if cardinality == :one, do: "is", else: "are"
        {"#{related.__schema__(:source)}_#{key}_fkey", verb <> " still associated with this entry"}

      other ->
        raise ArgumentError, "no_assoc_constraint can only be added to has one/many associations, got: #{inspect(other)}"
    end
  end

  defp source(%{data: %{__meta__: %{source: source}}}) when is_binary(source), do: source

  defp source(%{data: data}),
    do: raise(ArgumentError, "cannot add constraint to changeset because it does not have a source, got: #{inspect(data)}")

  defp source(other),
    do: raise(ArgumentError, "cannot add constraint because a changeset was not supplied, got: #{inspect(other)}")

  defp column(%{data: %{__struct__: schema}}, field), do: schema.__schema__(:field_source, field) || field
  defp column(_changeset, field), do: field

  defp association!(%{types: types}, assoc) do
    case types do
      %{^assoc => {:assoc, association}} ->
        association

      _ ->
        known = for {_, {:assoc, %{field: field}}} <- types, do: field
        one_of = if match?([_], known), do: "", else: "one of "

        raise ArgumentError,
              "cannot add constraint to changeset because association `#{assoc}` does not exist. " <>
                "Did you mean #{one_of}`#{Enum.join(known, "`, `")}`?"
    end
  end
end
