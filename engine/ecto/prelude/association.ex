# Associations, as far as structs and changesets go: nothing is loaded or stored.

defmodule Ecto.Association.NotLoaded do
  @moduledoc false
  defstruct [:__field__, :__owner__, :__cardinality__]

  defimpl Inspect do
    def inspect(%{__field__: field}, _opts),
      do: "#Ecto.Association.NotLoaded<association #{inspect(field)} is not loaded>"
  end
end

defmodule Ecto.Association do
  @moduledoc false
  alias Ecto.Schema.Definition

  def association_from_schema!(schema, assoc) do
    schema.__schema__(:association, assoc) ||
      raise ArgumentError, "schema #{inspect(schema)} does not have association #{inspect(assoc)}"
  end

  def association_key(module, suffix) do
    prefix = module |> Module.split() |> List.last() |> Macro.underscore()
    :"#{prefix}_#{suffix}"
  end

  def related_from_query(schema, _name) when is_atom(schema), do: schema
  def related_from_query({source, schema}, _name) when is_binary(source) and is_atom(schema), do: schema

  def related_from_query(queryable, name) do
    raise ArgumentError,
          "association #{inspect(name)} queryable must be a schema or a {source, schema}. got: #{inspect(queryable)}"
  end

  # What is checked of the options of each kind of association.

  def default_opts!(module, name, opts, key \\ :defaults) do
    case opts[key] || [] do
      {mod, fun, args} = mfa when is_atom(mod) and is_atom(fun) and is_list(args) -> mfa
      fun when is_atom(fun) -> {module, fun, []}
      list when is_list(list) -> list
      other -> invalid_defaults!(name, other)
    end
  end

  defp invalid_defaults!(name, other) do
    raise ArgumentError,
          "expected defaults for #{inspect(name)} to be a keyword list or a {module, fun, args} tuple, got: `#{inspect(other)}`"
  end

  def where!(name, opts, key \\ :where) do
    where = opts[key] || []

    if not is_list(where) do
      raise ArgumentError, "expected `#{inspect(key)}` for #{inspect(name)} to be a keyword list, got: `#{inspect(where)}`"
    end

    where
  end

  def one_of!(value, allowed, shown \\ nil, option, name) do
    if value not in allowed do
      raise ArgumentError,
            "invalid #{option} option for #{inspect(name)}. " <>
              "The only valid options are: " <> Enum.map_join(shown || allowed, ", ", &"`#{inspect(&1)}`")
    end

    value
  end

  def field!(module, name, key, option) do
    if not Definition.field?(module, key) do
      raise ArgumentError,
            "schema does not have the field #{inspect(key)} used by " <>
              "association #{inspect(name)}, please set the #{inspect(option)} option accordingly"
    end

    key
  end

  @directions [:asc, :asc_nulls_last, :asc_nulls_first, :desc, :desc_nulls_last, :desc_nulls_first]

  def preload_order!(name, opts) do
    case opts[:preload_order] || [] do
      {mod, fun, args} = mfa when is_atom(mod) and is_atom(fun) and is_list(args) -> mfa
      list when is_list(list) -> Enum.map(list, &order!(name, list, &1))
      other -> invalid_order!(name, "keyword list, a list of atoms/fields or a {Mod, fun, args} tuple", other, "")
    end
  end

  defp order!(_name, _list, field) when is_atom(field), do: field
  defp order!(_name, _list, {direction, field}) when direction in @directions and is_atom(field), do: {direction, field}

  defp order!(name, list, {direction, field}) when is_atom(direction) and is_atom(field),
    do:
      invalid_order!(
        name,
        "keyword list or a list of atoms/fields",
        list,
        ", `#{inspect(direction)}` is not a valid direction"
      )

  defp order!(name, list, item),
    do: invalid_order!(name, "keyword list or a list of atoms/fields", list, ", `#{inspect(item)}` is not valid")

  defp invalid_order!(name, what, got, more) do
    raise ArgumentError, "expected `:preload_order` for #{inspect(name)} to be a #{what}, got: `#{inspect(got)}`#{more}"
  end

  # An empty struct of what an association is with.
  def build(%{related: related, queryable: queryable, defaults: defaults}, owner) do
    struct =
      case defaults do
        {mod, fun, args} -> apply(mod, fun, [related.__struct__(), owner | args])
        list -> struct(related, list)
      end

    case {struct, queryable} do
      {%{__meta__: %{source: source}}, {source, _}} -> struct
      {_, {source, _}} -> Ecto.put_meta(struct, source: source)
      _ -> struct
    end
  end

  # Whether what an association is with is a schema that has the field.
  def verify(queryable, key) do
    cond do
      not is_atom(queryable) ->
        :ok

      not Code.ensure_loaded?(queryable) ->
        {:error, "associated schema #{inspect(queryable)} does not exist"}

      not function_exported?(queryable, :__schema__, 2) ->
        {:error, "associated module #{inspect(queryable)} is not an Ecto schema"}

      key == nil or queryable.__schema__(:type, key) != nil ->
        :ok

      true ->
        {:error, "associated schema #{inspect(queryable)} does not have field `#{key}`"}
    end
  end
end

defmodule Ecto.Association.Has do
  @moduledoc false
  alias Ecto.Association
  alias Ecto.Schema.Definition

  @on_replace [:raise, :mark_as_invalid, :delete, :delete_if_exists, :nilify]

  defstruct [
              :cardinality,
              :field,
              :owner,
              :related,
              :owner_key,
              :related_key,
              :on_cast,
              :queryable,
              :on_delete,
              :on_replace
            ] ++
              [where: [], unique: true, defaults: [], relationship: :child, preload_order: []]

  def after_verify_validation(%{queryable: queryable, related_key: key}), do: Association.verify(queryable, key)

  def struct(module, name, opts) do
    queryable = Keyword.fetch!(opts, :queryable)
    cardinality = Keyword.fetch!(opts, :cardinality)
    related = Association.related_from_query(queryable, name)
    key = Association.field!(module, name, owner_key!(module, opts[:references], name), :references)

    if opts[:through] do
      raise ArgumentError,
            "invalid association #{inspect(name)}. When using the :through option, " <>
              "the schema should not be passed as second argument"
    end

    allowed = if cardinality == :one, do: @on_replace ++ [:update], else: @on_replace

    %__MODULE__{
      field: name,
      cardinality: cardinality,
      owner: module,
      related: related,
      owner_key: key,
      related_key: opts[:foreign_key] || Association.association_key(module, key),
      queryable: queryable,
      on_delete:
        Association.one_of!(
          Keyword.get(opts, :on_delete, :nothing),
          [:nothing, :nilify_all, :delete_all],
          ":on_delete",
          name
        ),
      on_replace: Association.one_of!(Keyword.get(opts, :on_replace, :raise), allowed, @on_replace, "`:on_replace`", name),
      defaults: Association.default_opts!(module, name, opts),
      preload_order: Association.preload_order!(name, opts),
      where: Association.where!(name, opts)
    }
  end

  defp owner_key!(module, nil, name) do
    case Module.get_attribute(module, :primary_key) do
      none when none in [nil, false] ->
        raise ArgumentError,
              "need to set :references option for association #{inspect(name)} when schema has no primary key"

      key ->
        elem(key, 0)
    end
  end

  defp owner_key!(_module, references, _name), do: references

  def build(relation, owner), do: Association.build(relation, owner)

  def build(%{owner_key: owner_key, related_key: related_key} = relation, owner, attributes) do
    data = relation |> build(owner) |> Kernel.struct(attributes)
    %{data | related_key => Map.get(owner, owner_key)}
  end
end

defmodule Ecto.Association.HasThrough do
  @moduledoc false
  defstruct [:cardinality, :field, :owner, :owner_key, :through, :on_cast, relationship: :child, unique: true]

  def after_verify_validation(_relation), do: :ok

  def struct(module, name, opts) do
    through = Keyword.fetch!(opts, :through)

    %__MODULE__{
      field: name,
      cardinality: Keyword.fetch!(opts, :cardinality),
      through: through,
      owner: module,
      owner_key: first!(module, name, through).owner_key
    }
  end

  defp first!(module, name, [first, _ | _]) do
    Ecto.Schema.Definition.association(module, first) ||
      raise ArgumentError,
            "schema does not have the association #{inspect(first)} " <>
              "used by association #{inspect(name)}, please ensure the association exists and " <>
              "is defined before the :through one"
  end

  defp first!(_module, _name, through) do
    raise ArgumentError,
          ":through expects a list with at least two entries: " <>
            "the association in the current module and one step through, got: #{inspect(through)}"
  end

  def build(%{field: name}, %{__struct__: owner}, _attributes) do
    raise ArgumentError,
          "cannot build through association `#{inspect(name)}` for #{inspect(owner)}. " <>
            "Instead build the intermediate steps explicitly."
  end
end

defmodule Ecto.Association.BelongsTo do
  @moduledoc false
  alias Ecto.Association

  @on_replace [:raise, :mark_as_invalid, :delete, :delete_if_exists, :nilify, :update]

  defstruct [:field, :owner, :related, :owner_key, :related_key, :queryable, :on_cast, :on_replace] ++
              [where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true]

  def after_verify_validation(%{queryable: queryable, related_key: key}), do: Association.verify(queryable, key)

  def struct(module, name, opts) do
    queryable = Keyword.fetch!(opts, :queryable)

    %__MODULE__{
      field: name,
      owner: module,
      related: Association.related_from_query(queryable, name),
      owner_key: Keyword.fetch!(opts, :foreign_key),
      related_key: opts[:references] || :id,
      queryable: queryable,
      on_replace: Association.one_of!(Keyword.get(opts, :on_replace, :raise), @on_replace, "`:on_replace`", name),
      defaults: Association.default_opts!(module, name, opts),
      where: Association.where!(name, opts)
    }
  end

  def build(relation, owner), do: Association.build(relation, owner)
  def build(relation, owner, attributes), do: relation |> build(owner) |> Kernel.struct(attributes)
end

defmodule Ecto.Association.ManyToMany do
  @moduledoc false
  alias Ecto.Association

  defstruct [:field, :owner, :related, :owner_key, :queryable, :on_delete, :on_replace, :join_keys, :join_through, :on_cast] ++
              [:on_join_through_conflict, where: [], join_where: [], defaults: [], join_defaults: []] ++
              [relationship: :child, cardinality: :many, unique: false, preload_order: []]

  def after_verify_validation(%{queryable: queryable, join_through: through}) do
    with true <- is_atom(queryable),
         :ok <- Association.verify(queryable, nil),
         true <- is_atom(through) do
      cond do
        not Code.ensure_loaded?(through) ->
          {:error, ":join_through schema #{inspect(through)} does not exist"}

        not function_exported?(through, :__schema__, 2) ->
          {:error, ":join_through module #{inspect(through)} is not an Ecto schema"}

        true ->
          :ok
      end
    else
      false -> :ok
      error -> error
    end
  end

  def struct(module, name, opts) do
    queryable = Keyword.fetch!(opts, :queryable)
    related = Association.related_from_query(queryable, name)
    through = join_through!(name, opts[:join_through])
    conflict = conflict!(name, Keyword.get(opts, :on_join_through_conflict, :raise))
    {key, join_keys} = join_keys!(module, related, name, opts[:join_keys])
    Association.field!(module, name, key, :join_keys)

    relation = %__MODULE__{
      field: name,
      cardinality: Keyword.fetch!(opts, :cardinality),
      owner: module,
      related: related,
      owner_key: key,
      join_keys: join_keys,
      join_through: through,
      queryable: queryable,
      on_delete: Association.one_of!(Keyword.get(opts, :on_delete, :nothing), [:nothing, :delete_all], ":on_delete", name),
      on_replace:
        Association.one_of!(
          Keyword.get(opts, :on_replace, :raise),
          [:raise, :mark_as_invalid, :delete],
          "`:on_replace`",
          name
        ),
      on_join_through_conflict: conflict,
      unique: Keyword.get(opts, :unique, false),
      defaults: Association.default_opts!(module, name, opts),
      join_defaults: Association.default_opts!(module, name, opts, :join_defaults),
      preload_order: Association.preload_order!(name, opts),
      where: Association.where!(name, opts),
      join_where: Association.where!(name, opts, :join_where)
    }

    if opts[:join_defaults] && is_binary(through) do
      raise ArgumentError, ":join_defaults has no effect for a :join_through without a schema"
    end

    relation
  end

  defp join_keys!(module, related, _name, nil), do: {:id, default_keys(module, related)}

  defp join_keys!(_module, _related, _name, [{owner_join, owner}, {related_join, related}] = keys)
       when is_atom(owner_join) and is_atom(owner) and is_atom(related_join) and is_atom(related),
       do: {owner, keys}

  defp join_keys!(module, related, name, _keys) do
    raise ArgumentError,
          "many_to_many #{inspect(name)} expect :join_keys to be a keyword list " <>
            "with two entries, the first being how the join table should reach " <>
            "the current schema and the second how the join table should reach " <>
            "the associated schema. For example: #{inspect(default_keys(module, related))}"
  end

  defp default_keys(module, related),
    do: [{Association.association_key(module, :id), :id}, {Association.association_key(related, :id), :id}]

  defp join_through!(name, nil),
    do: raise(ArgumentError, "many_to_many #{inspect(name)} associations require the :join_through option to be given")

  defp join_through!(_name, through) when is_atom(through) or is_binary(through), do: through

  defp join_through!(name, _through) do
    raise ArgumentError,
          "many_to_many #{inspect(name)} associations require the :join_through option to be " <>
            "an atom (representing a schema) or a string (representing a table)"
  end

  defp conflict!(_name, value) when value in [:raise, :nothing], do: value

  defp conflict!(name, value) do
    raise ArgumentError,
          "expected `:on_join_through_conflict` to be one of `:raise` or `:nothing` in " <>
            "many-to-many association #{inspect(name)}, got: `#{inspect(value)}`"
  end

  def build(relation, owner), do: Association.build(relation, owner)
  def build(relation, owner, attributes), do: relation |> build(owner) |> Kernel.struct(attributes)
end
