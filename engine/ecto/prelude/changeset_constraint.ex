# The names that the constraints of a database have by default.

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
