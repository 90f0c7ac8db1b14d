# What the checks of a changeset say.

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
      %{^field => {:assoc, %{__struct__: Ecto.Association.Has, cardinality: :many}}} ->
        many("has_many association", "assoc", field)

      %{^field => {:embed, %{__struct__: Ecto.Embedded, cardinality: :many}}} ->
        many("embed_many field", "embed", field)

      _ ->
        true
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

      if bound && wrong?(kind, length, bound),
        do: message(opts, length_text(type, kind), count: bound, validation: :length, kind: kind, type: type)
    end)
  end

  defp measure(type, value, count) do
    case {value, count} do
      {value, :codepoints} when is_binary(value) ->
        {:string, Kernel.length(String.codepoints(value))}

      {value, :graphemes} when is_binary(value) ->
        {:string, String.length(value)}

      {value, :bytes} when is_binary(value) ->
        {:binary, byte_size(value)}

      {value, _} when is_list(value) ->
        {:list, Kernel.length(if(relation?(type), do: Relation.filter_empty(value), else: value))}

      {value, _} when is_map(value) ->
        {:map, map_size(value)}
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
      %{^confirmation => ^value} ->
        []

      %{^confirmation => _} ->
        [{String.to_atom(confirmation), message(opts, "does not match confirmation", validation: :confirmation)}]

      %{} ->
        unconfirmed(String.to_atom(confirmation), opts)
    end
  end

  defp unconfirmed(field, opts) do
    if Keyword.get(opts, :required, false), do: [{field, message(opts, "can't be blank", validation: :required)}], else: []
  end
end
