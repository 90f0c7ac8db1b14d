# Ecto.Schema: the macros of a schema. What they gather is in Ecto.Schema.Definition.

defmodule Ecto.Schema do
  @moduledoc false

  defmacro __using__(_opts) do
    quote do
      import Ecto.Schema, only: [schema: 2, embedded_schema: 1]
      Ecto.Schema.Definition.open(__MODULE__)
    end
  end

  defmacro schema(source, do: block), do: define(source, true, :id, block)
  defmacro embedded_schema(do: block), do: define(nil, false, :binary_id, block)

  defp define(source, table?, id, block) do
    gather =
      quote do
        Ecto.Schema.Definition.start(__MODULE__, __ENV__.line, unquote(source), unquote(table?), unquote(id))

        try do
          import Ecto.Schema
          unquote(block)
        after
          :ok
        end
      end

    emit =
      quote unquote: false do
        {struct_fields, types, clauses} = Ecto.Schema.Definition.finish(__MODULE__)
        defstruct struct_fields
        def __changeset__, do: %{unquote_splicing(types)}

        for {args, body} <- clauses do
          def __schema__(unquote_splicing(args)), do: unquote(body)
        end

        :ok
      end

    quote do
      unquote(gather)
      unquote(emit)
    end
  end

  defmacro field(name, type \\ :string, opts \\ []) do
    quote do
      Ecto.Schema.Definition.field(__MODULE__, unquote(name), unquote(type), unquote(opts))
    end
  end

  defmacro timestamps(opts \\ []) do
    quote do
      Ecto.Schema.Definition.timestamps(__MODULE__, unquote(opts))
    end
  end

  defmacro has_many(name, schema, opts \\ []), do: association(:has_many, name, schema, opts)
  defmacro has_one(name, schema, opts \\ []), do: association(:has_one, name, schema, opts)
  defmacro belongs_to(name, schema, opts \\ []), do: association(:belongs_to, name, schema, opts)
  defmacro many_to_many(name, schema, opts \\ []), do: association(:many_to_many, name, schema, opts)

  defp association(kind, name, schema, opts) do
    quote do
      Ecto.Schema.Definition.unquote(kind)(__MODULE__, unquote(name), unquote(schema), unquote(opts))
    end
  end

  defmacro embeds_one(name, schema, opts \\ [])
  defmacro embeds_one(name, schema, do: block), do: inline(:embeds_one, name, schema, [], block, __CALLER__)
  defmacro embeds_one(name, schema, opts), do: association(:embeds_one, name, schema, opts)
  defmacro embeds_one(name, schema, opts, do: block), do: inline(:embeds_one, name, schema, opts, block, __CALLER__)

  defmacro embeds_many(name, schema, opts \\ [])
  defmacro embeds_many(name, schema, do: block), do: inline(:embeds_many, name, schema, [], block, __CALLER__)
  defmacro embeds_many(name, schema, opts), do: association(:embeds_many, name, schema, opts)
  defmacro embeds_many(name, schema, opts, do: block), do: inline(:embeds_many, name, schema, opts, block, __CALLER__)

  # The schema of an embed that is written in place is a module below that of
  # its owner.
  defp inline(kind, name, schema, opts, block, env) do
    schema = below(schema, env)

    quote do
      {schema, opts} =
        Ecto.Schema.Definition.inline(__ENV__, unquote(schema), unquote(opts), unquote(Macro.escape(block)))

      Ecto.Schema.Definition.unquote(kind)(__MODULE__, unquote(name), schema, opts)
    end
  end

  defp below({:__aliases__, _, [Elixir, _ | _] = parts}, _env), do: Module.concat(parts)
  defp below({:__aliases__, _, [first | rest]}, env) when is_atom(first), do: Module.concat([env.module, first | rest])
  defp below(other, _env), do: other

  @doc false
  def __timestamps__(:naive_datetime), do: %{NaiveDateTime.utc_now() | microsecond: {0, 0}}
  def __timestamps__(:naive_datetime_usec), do: NaiveDateTime.utc_now()
  def __timestamps__(:utc_datetime), do: %{DateTime.utc_now() | microsecond: {0, 0}}
  def __timestamps__(:utc_datetime_usec), do: DateTime.utc_now()
  def __timestamps__(type), do: type.from_unix!(System.os_time(:microsecond), :microsecond)

  # Warns of associations with what is no schema, when all modules are there.
  @doc false
  def __after_verify__(module) do
    for name <- module.__schema__(:associations) do
      relation = module.__schema__(:association, name)

      with {:error, message} <- relation.__struct__.after_verify_validation(relation) do
        IO.warn("invalid association `#{relation.field}` in schema #{inspect(module)}: #{message}", [])
      end
    end

    :ok
  end
end

defmodule Ecto.Schema.Metadata do
  @moduledoc false
  defstruct [:state, :source, :context, :schema, :prefix]

  defimpl Inspect do
    import Inspect.Algebra

    def inspect(%{state: state, prefix: prefix, source: source, context: context}, opts) do
      docs = for part <- [state, prefix, source, context], part != nil, do: to_doc(part, opts)
      concat(["#Ecto.Schema.Metadata<"] ++ Enum.intersperse(docs, ", ") ++ [">"])
    end
  end
end

defmodule Ecto.Schema.Loader do
  @moduledoc false

  def unsafe_load(schema, data, loader),
    do: unsafe_load(schema.__schema__(:loaded), schema.__schema__(:load), data, loader)

  def unsafe_load(struct, types, data, loader) when is_map(data) do
    Enum.reduce(types, struct, fn pair, acc ->
      {field, source, type} = stored(pair)

      case given(data, source) do
        {:ok, value} -> Map.put(acc, field, load!(struct, field, type, value, loader))
        :error -> acc
      end
    end)
  end

  defp stored({field, {:source, source, type}}), do: {field, source, type}
  defp stored({field, type}), do: {field, field, type}

  defp given(data, source) when is_atom(source) do
    with :error <- Map.fetch(data, Atom.to_string(source)), do: Map.fetch(data, source)
  end

  defp load!(struct, field, type, value, loader) do
    case loader.(type, value) do
      {:ok, value} ->
        value

      :error ->
        place = if is_struct(struct), do: " in schema #{inspect(struct.__struct__)}", else: ""

        raise ArgumentError,
              "cannot load `#{inspect(value)}` as type #{Ecto.Type.format(type)} for field `#{field}`#{place}"
    end
  end

  def safe_dump(struct, types, dumper) do
    for {field, {source, type, _writable}} <- types, into: %{} do
      value = Map.get(struct, field)

      case dumper.(type, value) do
        {:ok, dumped} ->
          {source, dumped}

        :error ->
          raise ArgumentError,
                "cannot dump `#{inspect(value)}` as type #{Ecto.Type.format(type)} " <>
                  "for field `#{field}` in schema #{inspect(struct.__struct__)}"
      end
    end
  end
end
