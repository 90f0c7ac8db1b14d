# Ecto without a database: what is asked of structs, and the exceptions.

defmodule Ecto do
  @moduledoc false

  def primary_key(%{__struct__: schema} = struct),
    do: for(field <- schema.__schema__(:primary_key), do: {field, Map.fetch!(struct, field)})

  def primary_key!(%{__struct__: schema} = struct) do
    with [] <- primary_key(struct), do: raise(Ecto.NoPrimaryKeyFieldError, schema: schema)
  end

  def build_assoc(%{__struct__: schema} = struct, assoc, attributes \\ %{}) do
    relation = Ecto.Association.association_from_schema!(schema, assoc)
    relation.__struct__.build(relation, struct, without_meta(attributes))
  end

  defp without_meta(%{} = attributes), do: Map.drop(attributes, [:__struct__, :__meta__])
  defp without_meta([_ | _] = attributes), do: Keyword.drop(attributes, [:__struct__, :__meta__])

  def assoc_loaded?(%Ecto.Association.NotLoaded{}), do: false
  def assoc_loaded?(list) when is_list(list), do: true
  def assoc_loaded?(%_{}), do: true
  def assoc_loaded?(nil), do: true

  def reset_fields(struct, []), do: struct
  def reset_fields(%{__struct__: schema} = struct, fields), do: Map.merge(struct, Map.take(schema.__struct__(), fields))

  def get_meta(struct, :context), do: struct.__meta__.context
  def get_meta(struct, :state), do: struct.__meta__.state
  def get_meta(struct, :source), do: struct.__meta__.source
  def get_meta(struct, :prefix), do: struct.__meta__.prefix

  def put_meta(%{__meta__: meta} = struct, opts) do
    case Enum.reduce(opts, meta, &put_meta_key/2) do
      ^meta -> struct
      changed -> %{struct | __meta__: changed}
    end
  end

  defp put_meta_key({:state, state}, _meta) when state not in [:built, :loaded, :deleted],
    do: raise(ArgumentError, "invalid state #{inspect(state)}")

  defp put_meta_key({key, value}, meta) when key in [:state, :source, :prefix, :context], do: Map.put(meta, key, value)
  defp put_meta_key({:schema, same}, %{schema: same} = meta), do: meta
  defp put_meta_key({key, _value}, _meta), do: raise(ArgumentError, "unknown meta key #{inspect(key)}")

  def embedded_load(schema_or_types, data, format) when is_atom(format),
    do: embedded_load(schema_or_types, data, &Ecto.Type.embedded_load(&1, &2, format))

  def embedded_load(schema_or_types, data, loader) when is_function(loader, 2),
    do: Ecto.Schema.Loader.unsafe_load(schema_or_types, data, loader)

  def embedded_dump(data, format) when is_atom(format), do: embedded_dump(data, &Ecto.Type.embedded_dump(&1, &2, format))

  def embedded_dump(%schema{} = data, dumper) when is_function(dumper, 2),
    do: Ecto.Schema.Loader.safe_dump(data, schema.__schema__(:dump), dumper)
end

defmodule Ecto.CastError do
  @moduledoc false
  defexception [:message, :type, :value]

  def exception(opts) do
    type = Keyword.fetch!(opts, :type)
    value = Keyword.fetch!(opts, :value)
    message = opts[:message] || "cannot cast #{inspect(value)} to #{Ecto.Type.format(type)}"
    %__MODULE__{message: message, type: type, value: value}
  end
end

defmodule Ecto.ChangeError do
  @moduledoc false
  defexception [:message]
end

defmodule Ecto.MigrationError do
  @moduledoc false
  defexception [:message]
end

defmodule Ecto.NoPrimaryKeyFieldError do
  @moduledoc false
  defexception [:message, :schema]

  def exception(opts) do
    schema = Keyword.fetch!(opts, :schema)
    %__MODULE__{message: "schema `#{inspect(schema)}` has no primary key", schema: schema}
  end
end

defmodule Ecto.NoPrimaryKeyValueError do
  @moduledoc false
  defexception [:message, :struct]

  def exception(opts) do
    struct = Keyword.fetch!(opts, :struct)
    %__MODULE__{message: "struct `#{inspect(struct)}` is missing primary key value", struct: struct}
  end
end

# These two name a query in Ecto, which is not here; code may raise and rescue
# them all the same.
defmodule Ecto.NoResultsError do
  @moduledoc false
  defexception [:message]

  def exception(opts),
    do: %__MODULE__{
      message: "expected at least one result but got none in query:\n\n#{inspect(Keyword.fetch!(opts, :queryable))}\n"
    }
end

defmodule Ecto.MultipleResultsError do
  @moduledoc false
  defexception [:message]

  def exception(opts) do
    count = Keyword.fetch!(opts, :count)

    %__MODULE__{
      message: "expected at most one result but got #{count} in query:\n\n#{inspect(Keyword.fetch!(opts, :queryable))}\n"
    }
  end
end

defmodule Ecto.StaleEntryError do
  @moduledoc false
  defexception [:message, :changeset]

  def exception(opts) do
    changeset = Keyword.fetch!(opts, :changeset)

    message = """
    attempted to #{Keyword.fetch!(opts, :action)} a stale struct:

    #{inspect(changeset.data)}

    This typically happens when the struct no longer exists in the database \
    or a database trigger/rule has forbidden the action. If stale entries are \
    expected, you may use `:stale_error_field` to convert this into a changeset \
    error, or set `:allow_stale` to true if you would like stale operations to \
    be considered a success (such as a stale deletion)
    """

    %__MODULE__{message: message, changeset: changeset}
  end
end

defmodule Ecto.ConstraintError do
  @moduledoc false
  defexception [:type, :constraint, :message]

  def exception(opts) do
    type = Keyword.fetch!(opts, :type)
    constraint = Keyword.fetch!(opts, :constraint)

    message = """
    constraint error when attempting to #{Keyword.fetch!(opts, :action)} struct:

        * #{inspect(constraint)} (#{type}_constraint)

    If you would like to stop this constraint violation from raising an
    exception and instead add it as an error to your changeset, please
    call `#{type}_constraint/3` on your changeset with the constraint
    `:name` as an option.

    #{defined(Keyword.fetch!(opts, :changeset).constraints)}
    """

    %__MODULE__{message: message, type: type, constraint: constraint}
  end

  defp defined([]), do: "The changeset has not defined any constraint."

  defp defined(constraints) do
    lines = Enum.map_join(constraints, "\n", &"    * #{inspect(&1.constraint)} (#{&1.type}_constraint)")
    "The changeset defined the following constraints:\n\n" <> lines
  end
end

defmodule Ecto.InvalidChangesetError do
  @moduledoc false
  alias Ecto.Changeset
  defexception [:action, :changeset]

  def message(%{action: action, changeset: changeset}) do
    """
    could not perform #{action} because changeset is invalid.

    Errors

    #{indented(Changeset.traverse_errors(changeset, & &1))}

    Applied changes

    #{indented(changes(changeset))}

    Params

    #{indented(changeset.params)}

    Changeset

    #{indented(changeset)}
    """
  end

  defp indented(term), do: term |> inspect(pretty: true) |> String.split("\n") |> Enum.map_join("\n", &("    " <> &1))

  defp changes(%Changeset{changes: changes}),
    do: for({key, value} <- changes, not match?(%Changeset{action: :delete}, value), into: %{}, do: {key, changes(value)})

  defp changes([%Changeset{action: :delete} | rest]), do: changes(rest)
  defp changes([%Changeset{} = changeset | rest]), do: [changes(changeset) | changes(rest)]
  defp changes(other), do: other
end
