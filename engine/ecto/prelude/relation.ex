# Ecto.Changeset.Relation: what is given for an embed or an association becomes
# changesets, each with what is to be done: insert, update, replace or delete.

defmodule Ecto.Changeset.Relation do
  @moduledoc false
  require Logger
  alias Ecto.Association.NotLoaded
  alias Ecto.Changeset

  def empty(%{cardinality: cardinality}), do: none(cardinality)
  defp none(:one), do: nil
  defp none(:many), do: []

  def empty?(_relation, %NotLoaded{}), do: true
  def empty?(%{cardinality: :many}, changes), do: filter_empty(changes) == []
  def empty?(%{cardinality: :one}, change), do: change == nil

  def filter_empty(changes), do: Enum.reject(changes, &gone?/1)
  defp gone?(%Changeset{action: action}), do: action in [:replace, :delete]
  defp gone?(_struct), do: false

  # For Ecto.Changeset.reorder_assoc/2: what frees a unique value comes first.
  def rank(:delete, _relation), do: 0
  def rank(:replace, %{on_replace: :delete}), do: 0
  def rank(:update, _relation), do: 1
  def rank(:replace, %{on_replace: :nilify}), do: 1
  def rank(:insert, _relation), do: 2
  def rank(_action, _relation), do: 3

  def apply_changes(%{cardinality: :one}, nil), do: nil
  def apply_changes(%{cardinality: :one}, changeset), do: applied(changeset)

  def apply_changes(%{cardinality: :many}, changesets),
    do: for(changeset <- changesets, struct = applied(changeset), do: struct)

  defp applied(%Changeset{action: action}) when action in [:delete, :replace], do: nil
  defp applied(changeset), do: Changeset.apply_changes(changeset)

  def load!(%{__meta__: %{state: :built}}, %NotLoaded{__cardinality__: cardinality}), do: none(cardinality)

  def load!(struct, %NotLoaded{__field__: field}) do
    raise "attempting to cast or change association `#{field}` " <>
            "from `#{inspect(struct.__struct__)}` that was not loaded. Please preload your " <>
            "associations before manipulating them through changesets"
  end

  def load!(_struct, loaded), do: loaded

  # From parameters

  def cast(%{cardinality: :one} = relation, _owner, nil, current, _on_cast), do: remove(relation, current)

  def cast(%{cardinality: :one} = relation, owner, params, current, on_cast) when is_list(params) do
    if Keyword.keyword?(params), do: cast(relation, owner, Map.new(params), current, on_cast), else: invalid(relation)
  end

  def cast(relation, owner, params, current, on_cast) do
    keys = keys(relation)
    on_cast = cast_function(relation, on_cast)
    new_key = &param_key(&1, relation, keys)
    assign(relation, params, current, {&data_key(&1, keys), new_key, &cast_one(relation, owner, &1, &2, &3, &4, on_cast)})
  end

  defp cast_function(relation, nil), do: on_cast_default(relation)
  defp cast_function(_relation, fun) when is_function(fun), do: fun

  defp cast_function(_relation, {module, fun, args}) do
    IO.warn("passing a MFA to :with in cast_assoc/cast_embed is deprecated, please pass an anonymous function instead")
    fn changeset, attrs -> apply(module, fun, [changeset, attrs | args]) end
  end

  def on_cast_default(%{related: module}), do: fn struct, params -> module.changeset(struct, params) end

  defp cast_one(relation, _owner, nil, current, _allowed, _index, _on_cast), do: on_replace(relation, current)

  defp cast_one(relation, owner, params, current, allowed, index, on_cast) do
    {struct, action} = if current, do: {current, :update}, else: {relation.__struct__.build(relation, owner), :insert}
    changeset = call(on_cast, relation, struct, params, index)
    {:ok, changeset |> put_new_action(action) |> check_action!(allowed)}
  end

  defp call(on_cast, %{cardinality: :many}, struct, params, index) when is_function(on_cast, 3),
    do: on_cast.(struct, params, index)

  defp call(on_cast, %{cardinality: :one, field: field}, _struct, _params, _index) when is_function(on_cast, 3) do
    raise ArgumentError,
          "invalid :with function for relation #{inspect(field)} of cardinality one. Expected a function of arity 2"
  end

  defp call(on_cast, _relation, struct, params, _index) when is_function(on_cast, 2), do: on_cast.(struct, params)

  # From code

  def change(%{cardinality: :one} = relation, nil, current), do: remove(relation, current)

  def change(relation, value, current) do
    keys = keys(relation)
    key = &data_key(&1, keys)
    assign(relation, value, current, {key, key, &change_one(relation, &1, &2, &3, &4)})
  end

  defp change_one(relation, nil, current, _allowed, _index), do: on_replace(relation, current)

  defp change_one(relation, %{__struct__: _} = given, nil, _allowed, _index) do
    changeset = given |> Changeset.change() |> of!(relation)
    {:ok, put_new_action(changeset, first_action(changeset, nil))}
  end

  defp change_one(relation, %Changeset{} = changeset, _current, allowed, _index),
    do: {:ok, changeset |> of!(relation) |> put_new_action(:update) |> check_action!(allowed)}

  defp change_one(_relation, %{__struct__: _} = struct, _current, allowed, _index),
    do: {:ok, struct |> Changeset.change() |> put_new_action(:update) |> check_action!(allowed)}

  defp change_one(relation, changes, current, allowed, index) when is_list(changes) or is_map(changes) do
    changeset = Changeset.change(current || relation.__struct__.build(relation, nil), changes)
    changeset = put_new_action(changeset, first_action(changeset, current))
    change_one(relation, changeset, current, allowed, index)
  end

  defp first_action(%{data: %{__meta__: %{state: :built}}}, _current), do: :insert
  defp first_action(%{data: %{__meta__: %{state: :loaded}}}, _current), do: :update
  defp first_action(%{data: %{__meta__: %{state: :deleted}}}, _current), do: :delete
  defp first_action(_changeset, nil), do: :insert
  defp first_action(_changeset, _current), do: :update

  defp of!(%{data: %{__struct__: module}} = changeset, %{related: module}), do: changeset

  defp of!(%{data: data}, %{related: module}),
    do: raise(ArgumentError, "expected changeset data to be a #{module} struct, got: #{inspect(data)}")

  # What becomes of what was there

  defp remove(relation, current) do
    if current && on_replace(relation, current) == :error, do: invalid(relation), else: {:ok, nil, true}
  end

  def on_replace(%{on_replace: :mark_as_invalid}, _current), do: :error

  def on_replace(%{on_replace: :raise, field: name, owner: owner}, _current) do
    raise """
    you are attempting to change relation #{inspect(name)} of #{inspect(owner)}
    but the `:on_replace` option of this relation is set to `:raise`.

    By default it is not possible to replace or delete embeds and
    associations during `cast`. Therefore Ecto requires the parameters
    given to `cast` to have IDs matching the data currently associated
    in #{inspect(name)}. Failing to do so results in this error message.

    If you want to replace data or automatically delete any data
    not sent to `cast`, please set the appropriate `:on_replace`
    option when defining the relation. The docs for `Ecto.Changeset`
    covers the supported options in the "Associations, embeds and on
    replace" section.

    However, if you don't want to allow data to be replaced or
    deleted, only updated, make sure that:

      * If you are attempting to update an existing entry, you
        are including the entry primary key (ID) in the data.

      * If you have a relationship with many children, all children
        must be given on update.

    """
  end

  def on_replace(_relation, current), do: {:ok, current |> Changeset.change() |> put_new_action(:replace)}

  defp no_struct!(%{field: name, owner: owner}, %{__struct__: _} = new) do
    raise """
    you have set that the relation #{inspect(name)} of #{inspect(owner)}
    has `:on_replace` set to `:update` but you are giving it a struct/
    changeset to put_assoc/put_change.

    Since you have set `:on_replace` to `:update`, you are only allowed
    to update the existing entry by giving updated fields as a map or
    keyword list or set it to nil.

    If you indeed want to replace the existing #{inspect(name)}, you have
    to change the foreign key field directly.

    Got:

    #{inspect(new, pretty: true)}
    """
  end

  defp no_struct!(_relation, _new), do: true

  # One or many: funs are the keys of what is there, the keys of what is given,
  # and what makes a changeset of both.
  defp assign(relation, value, current, funs) do
    with :error <- assign_all(relation, value, current, funs), do: invalid(relation)
  end

  defp invalid(%{cardinality: :one}), do: {:error, {"is invalid", [type: :map]}}
  defp invalid(%{cardinality: :many}), do: {:error, {"is invalid", [type: {:array, :map}]}}

  defp assign_all(%{cardinality: :one} = relation, value, current, funs)
       when is_map(value) or is_list(value) or is_nil(value),
       do: one(relation, value, current, funs)

  defp assign_all(%{cardinality: :many}, [], [], _funs), do: {:ok, [], true}

  defp assign_all(%{cardinality: :many} = relation, value, current, {current_key, new_key, fun}) when is_list(value) do
    keys = keys(relation)
    {current_keys, there} = index(current, current_key, relation)

    state = %{
      there: there,
      ordered: if(Map.get(relation, :ordered, false), do: current_keys, else: []),
      seen: if(Map.get(relation, :unique, false), do: %{}),
      valid?: true,
      skip?: true,
      done: []
    }

    many(value, 0, state, {new_key, &changed_key(&1, keys), fun})
  end

  defp assign_all(_relation, _value, _current, _funs), do: :error

  defp one(_relation, nil, current, {_, _, fun}), do: made(fun.(nil, current, [:update, :delete], nil), false)
  defp one(_relation, new, nil, {_, _, fun}), do: made(fun.(new, nil, [:insert], nil), false)

  defp one(%{on_replace: on_replace} = relation, new, current, {current_key, new_key, fun}) do
    key = new_key.(new)
    same? = key != [] and key == current_key.(current)

    if same? or (on_replace == :update and no_struct!(relation, new)) do
      made(fun.(new, current, allowed(key), nil), true)
    else
      with {:ok, _} <- on_replace(relation, current), do: made(fun.(new, nil, [:insert], nil), false)
    end
  end

  defp made({:ok, %{action: :ignore}}, _skip?), do: :ignore

  defp made({:ok, changeset}, skip?),
    do: if(skip? and unchanged?(changeset), do: :ignore, else: {:ok, changeset, changeset.valid?})

  defp made(:error, _skip?), do: :error

  defp many([given | rest], at, state, {new_key, changed_key, fun} = funs) when is_map(given) or is_list(given) do
    key = new_key.(given)
    {struct, there} = Map.pop(state.there, key)
    allowed = if struct, do: allowed(key), else: [:insert]

    case fun.(given, struct, allowed, at) do
      {:ok, %{action: :ignore}} ->
        many(rest, at + 1, %{state | there: there, ordered: in_order(key, state.ordered)}, funs)

      {:ok, changeset} ->
        key = changed_key.(changeset)
        changeset = twice(changeset, key, state.seen)

        state = %{
          state
          | there: there,
            ordered: in_order(key, state.ordered),
            seen: state.seen && Map.put(state.seen, key, true),
            valid?: state.valid? and changeset.valid?,
            skip?: struct != nil and state.skip? and unchanged?(changeset),
            done: [changeset | state.done]
        }

        many(rest, at + 1, state, funs)

      :error ->
        :error
    end
  end

  defp many([], _at, state, {_new_key, _changed_key, fun}) do
    skip? = state.skip? and state.ordered == []
    state.there |> Enum.map(&elem(&1, 1)) |> leave(fun, Enum.reverse(state.done), state.valid?, skip?)
  end

  defp many(_other, _at, _state, _funs), do: :error

  # Those that were there and are not given any more come first.
  defp leave([struct | rest], fun, done, valid?, _skip?) do
    with {:ok, changeset} <- fun.(nil, struct, [:update, :delete], nil),
         do: leave(rest, fun, [changeset | done], valid? and changeset.valid?, false)
  end

  defp leave([], _fun, _done, _valid?, true), do: :ignore
  defp leave([], _fun, done, valid?, false), do: {:ok, done, valid?}

  defp in_order(key, [key | rest]), do: rest
  defp in_order(_key, keys), do: keys

  defp twice(%{data: %{__struct__: schema}} = changeset, key, seen) do
    if is_map(seen) and is_map_key(seen, key) and key != [] and not Enum.any?(key, &is_nil/1) do
      Enum.reduce(schema.__schema__(:primary_key), changeset, &Changeset.add_error(&2, &1, "has already been taken"))
    else
      changeset
    end
  end

  defp index(nil, _key, _relation), do: {[], %{}}

  defp index(current, key, relation) do
    {keys, there} =
      Enum.map_reduce(current, %{}, fn struct, acc ->
        keys = key.(struct)
        {keys, Map.put(acc, if(keys == [], do: map_size(acc), else: keys), struct)}
      end)

    if map_size(there) != length(keys) do
      Logger.warning(
        "found duplicate primary keys for association/embed `#{inspect(relation.field)}` " <>
          "in `#{inspect(relation.owner)}`. In case of duplicate IDs, only the last entry " <>
          "with the same ID will be kept. Make sure that all entries in `#{inspect(relation.field)}` " <>
          "have an ID and the IDs are unique between them\n"
      )
    end

    {keys, there}
  end

  defp allowed(key), do: if(Enum.all?(key, &is_nil/1), do: [:insert, :update, :delete], else: [:update, :delete])

  defp keys(%{related: schema}), do: schema.__schema__(:primary_key)

  defp data_key(%Changeset{data: data}, keys), do: Enum.map(keys, &Map.get(data, &1))
  defp data_key(map, keys) when is_map(map), do: Enum.map(keys, &Map.get(map, &1))
  defp data_key(list, keys) when is_list(list), do: Enum.map(keys, &Keyword.get(list, &1))

  defp param_key(params, %{related: schema}, keys) do
    for key <- keys do
      given = Map.get(params, Atom.to_string(key)) || Map.get(params, key)

      case Ecto.Type.cast(schema.__schema__(:type, key), given) do
        {:ok, value} -> value
        _ -> given
      end
    end
  end

  defp changed_key(%Changeset{changes: changes, data: data}, keys),
    do: Enum.map(keys, &Map.get_lazy(changes, &1, fn -> Map.get(data, &1) end))

  defp put_new_action(%{action: nil} = changeset, action), do: %{changeset | action: action}
  defp put_new_action(changeset, _action), do: changeset

  defp unchanged?(%{valid?: valid?, changes: changes, action: action}), do: valid? and changes == %{} and action == :update

  defp check_action!(%{action: action, data: data} = changeset, allowed) do
    cond do
      action in [:ignore | allowed] ->
        changeset

      action == :insert ->
        raise "cannot insert related #{inspect(data)} because it is already associated with the given struct"

      action == :replace ->
        raise "cannot replace related #{inspect(data)}. " <>
                "This typically happens when you are calling put_assoc/put_embed " <>
                "with the results of a previous put_assoc/put_embed/cast_assoc/cast_embed " <>
                "operation, which is not supported. You must call such operations only once " <>
                "per embed/assoc, in order for Ecto to track changes efficiently"

      true ->
        raise "cannot #{action} related #{inspect(data)} because " <>
                "it already exists and it is not currently associated with the " <>
                "given struct. Ecto forbids casting existing records through " <>
                "the association field for security reasons. Instead, set " <>
                "the foreign key value accordingly"
    end
  end
end
