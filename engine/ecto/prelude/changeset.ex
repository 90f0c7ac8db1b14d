# Ecto.Changeset: what is to change of a struct, and what is wrong with it. Embeds
# and associations are Ecto.Changeset.Relation's; what the checks say of lengths
# and numbers is in Ecto.Changeset.Check.

defmodule Ecto.Changeset do
  @moduledoc false
  require Logger
  alias __MODULE__
  alias Ecto.Changeset.{Cast, Check, Constraint, Relation}

  @empty_values [""]
  @relations [:embed, :assoc]

  defstruct valid?: false,
            data: nil,
            params: nil,
            changes: %{},
            errors: [],
            validations: [],
            required: [],
            prepare: [],
            constraints: [],
            filters: %{},
            action: nil,
            types: %{},
            empty_values: @empty_values,
            repo: nil,
            repo_opts: []

  def empty_values, do: @empty_values
  def validations(%Changeset{validations: validations}), do: validations
  def constraints(%Changeset{constraints: constraints}), do: constraints

  # Changes from code

  def change(data, changes \\ %{})

  def change({data, types}, changes) when is_map(data),
    do: change(%Changeset{data: data, types: Map.new(types), valid?: true}, changes)

  def change(%Changeset{} = changeset, changes) when is_map(changes) or is_list(changes), do: put_all(changeset, changes)

  def change(%{__struct__: schema} = data, changes) when is_map(changes) or is_list(changes),
    do: put_all(%Changeset{data: data, types: schema.__changeset__(), valid?: true}, changes)

  defp put_all(changeset, changes) do
    Enum.reduce(changes, changeset, fn
      {key, value}, acc ->
        put_change(acc, key, value)

      _, _ ->
        raise ArgumentError,
              "invalid changes being applied to changeset. " <>
                "Expected a keyword list or a map, got: #{inspect(changes)}"
    end)
  end

  def put_change(%Changeset{types: types} = changeset, key, value),
    do: put_typed(changeset, key, value, Map.get(types, key))

  defp put_typed(%{data: data, changes: changes} = changeset, key, value, {tag, relation}) when tag in @relations do
    original = Map.get(data, key)

    case Relation.change(relation, value, Relation.load!(data, original)) do
      {:ok, change, valid?} when change != original ->
        %{changeset | changes: Map.put(changes, key, change), valid?: changeset.valid? and valid?}

      {:error, error} ->
        %{changeset | errors: [{key, error} | changeset.errors], valid?: false}

      _ ->
        %{changeset | changes: Map.delete(changes, key)}
    end
  end

  defp put_typed(%{data: data}, key, _value, nil) when is_atom(key), do: unknown!("`#{inspect(key)}`", data)

  defp put_typed(_changeset, key, _value, nil),
    do: raise(ArgumentError, "field names given to change/put_change must be atoms, got: `#{inspect(key)}`")

  defp put_typed(%{data: data, changes: changes} = changeset, key, value, type) do
    if Ecto.Type.equal?(type, Map.get(data, key), value),
      do: %{changeset | changes: Map.delete(changes, key)},
      else: %{changeset | changes: Map.put(changes, key, value)}
  end

  defp unknown!(field, data), do: raise(ArgumentError, "unknown field #{field} in #{inspect(data)}")

  def force_change(%Changeset{types: types} = changeset, key, value) do
    case Map.get(types, key) do
      {tag, _} when tag in @relations ->
        raise "changing #{tag}s with force_change/3 is not supported, please use put_#{tag}/4 instead"

      nil ->
        unknown!("`#{inspect(key)}`", changeset.data)

      _ ->
        %{changeset | changes: Map.put(changeset.changes, key, value)}
    end
  end

  def update_change(%Changeset{changes: changes} = changeset, key, function) when is_atom(key) do
    case changes do
      %{^key => value} -> put_change(changeset, key, function.(value))
      %{} -> changeset
    end
  end

  def delete_change(%Changeset{changes: changes} = changeset, key) when is_atom(key),
    do: %{changeset | changes: Map.delete(changes, key)}

  def put_assoc(%Changeset{} = changeset, name, value, _opts \\ []), do: put_relation(changeset, :assoc, name, value)
  def put_embed(%Changeset{} = changeset, name, value, _opts \\ []), do: put_relation(changeset, :embed, name, value)

  defp put_relation(changeset, tag, name, value),
    do: put_typed(changeset, name, value, {tag, relation!(:put, tag, name, Map.get(changeset.types, name))})

  # What changed, and what is there then

  def changed?(%Changeset{} = changeset, field, opts \\ []) when is_atom(field) do
    if not is_map_key(changeset.types, field), do: raise(ArgumentError, "field #{inspect(field)} doesn't exist")

    case changeset.changes do
      %{^field => value} -> changed?(changeset, field, changeset.types[field], value, opts)
      %{} -> false
    end
  end

  defp changed?(_changeset, _field, {tag, relation}, value, opts) when tag in @relations do
    if opts != [], do: raise(ArgumentError, "invalid options for #{tag} field")
    if relation.cardinality == :many, do: Enum.any?(value, &relation_changed?/1), else: relation_changed?(value)
  end

  defp changed?(changeset, field, type, value, opts) do
    Enum.all?(opts, fn
      {:from, from} -> Ecto.Type.equal?(type, Map.get(changeset.data, field), from)
      {:to, to} -> Ecto.Type.equal?(type, value, to)
      other -> raise ArgumentError, "unknown option #{inspect(other)}"
    end)
  end

  defp relation_changed?(nil), do: true
  defp relation_changed?(changeset), do: changeset.action != :update or changeset.changes != %{}

  def fetch_change(%Changeset{changes: changes}, key) when is_atom(key), do: Map.fetch(changes, key)

  def fetch_change!(changeset, key) do
    case fetch_change(changeset, key) do
      {:ok, value} -> value
      :error -> raise KeyError, key: key, term: changeset.changes
    end
  end

  def get_change(%Changeset{changes: changes}, key, default \\ nil) when is_atom(key), do: Map.get(changes, key, default)

  def fetch_field(%Changeset{changes: changes, data: data, types: types}, key) when is_atom(key) do
    case {changes, data} do
      {%{^key => value}, _} -> {:changes, changed_value(types, key, value)}
      {_, %{^key => value}} -> {:data, data_value(data, types, key, value)}
      _ -> :error
    end
  end

  def fetch_field!(changeset, key) do
    case fetch_field(changeset, key) do
      {_, value} -> value
      :error -> raise KeyError, key: key, term: changeset.data
    end
  end

  def get_field(%Changeset{changes: changes, data: data, types: types}, key, default \\ nil) do
    case {changes, data} do
      {%{^key => value}, _} -> changed_value(types, key, value)
      {_, %{^key => value}} -> data_value(data, types, key, value)
      _ -> default
    end
  end

  defp changed_value(types, key, value) do
    case types do
      %{^key => {tag, relation}} when tag in @relations -> Relation.apply_changes(relation, value)
      %{} -> value
    end
  end

  defp data_value(data, types, key, value) do
    case types do
      %{^key => {tag, _}} when tag in @relations -> Relation.load!(data, value)
      %{} -> value
    end
  end

  def get_assoc(changeset, name, as \\ :changeset)
  def get_assoc(%Changeset{} = changeset, name, :struct), do: get_field(changeset, name)
  def get_assoc(%Changeset{} = changeset, name, :changeset), do: get_relation(changeset, :assoc, name)

  def get_embed(changeset, name, as \\ :changeset)
  def get_embed(%Changeset{} = changeset, name, :struct), do: get_field(changeset, name)
  def get_embed(%Changeset{} = changeset, name, :changeset), do: get_relation(changeset, :embed, name)

  defp get_relation(%{changes: changes, data: data, types: types}, tag, name) do
    relation!(:get, tag, name, Map.get(types, name))

    case Map.get_lazy(changes, name, fn -> Relation.load!(data, Map.fetch!(data, name)) end) do
      nil -> nil
      list when is_list(list) -> Enum.map(list, &change/1)
      one -> change(one)
    end
  end

  def apply_changes(%Changeset{changes: changes, data: data}) when changes == %{}, do: data

  def apply_changes(%Changeset{changes: changes, data: data, types: types}) do
    Enum.reduce(changes, data, fn {key, value}, acc ->
      case types do
        %{^key => {tag, relation}} when tag in @relations -> apply_relation(acc, key, relation, value)
        %{^key => _} -> Map.put(acc, key, value)
        %{} -> acc
      end
    end)
  end

  defp apply_relation(data, key, relation, value) do
    applied = Relation.apply_changes(relation, value)

    case relation do
      %{__struct__: Ecto.Association.BelongsTo, related_key: related_key, owner_key: owner_key} ->
        data |> Map.put(key, applied) |> Map.put(owner_key, applied && Map.fetch!(applied, related_key))

      _ ->
        Map.put(data, key, applied)
    end
  end

  def apply_action(%Changeset{} = changeset, action) when is_atom(action) do
    if changeset.valid?, do: {:ok, apply_changes(changeset)}, else: {:error, %{changeset | action: action}}
  end

  def apply_action(%Changeset{}, action), do: raise(ArgumentError, "expected action to be an atom, got: #{inspect(action)}")

  def apply_action!(%Changeset{} = changeset, action) do
    case apply_action(changeset, action) do
      {:ok, data} -> data
      {:error, changeset} -> raise Ecto.InvalidChangesetError, action: action, changeset: changeset
    end
  end

  # Changes from parameters

  def cast(data, params, permitted, opts \\ [])
  def cast(_data, %{__struct__: _} = params, _permitted, _opts), do: Cast.invalid!(params)

  def cast({data, types}, params, permitted, opts) when is_map(data),
    do: cast(data, types, %{}, params, permitted, @empty_values, opts)

  def cast(%Changeset{} = changeset, params, permitted, opts) do
    %{changes: changes, data: data, types: types, empty_values: empty_values} = changeset
    merge_cast(changeset, cast(data, types, changes, params, permitted, empty_values, opts))
  end

  def cast(%{__struct__: schema} = data, params, permitted, opts),
    do: cast(data, schema.__changeset__(), %{}, params, permitted, @empty_values, opts)

  defp cast(%{} = data, %{} = types, %{} = changes, :invalid, permitted, _empty_values, _opts) when is_list(permitted) do
    Enum.each(permitted, &Cast.key/1)
    %Changeset{data: data, types: types, changes: changes}
  end

  defp cast(%{} = data, %{} = types, %{} = changes, %{} = params, permitted, empty_values, opts) when is_list(permitted) do
    params = Cast.string_keys(params)
    options = Cast.options!(data, empty_values, opts)
    {changes, errors} = Enum.reduce(permitted, {changes, []}, &Cast.field(&1, params, types, data, options, &2))

    %Changeset{
      params: params,
      data: data,
      valid?: errors == [],
      errors: Enum.reverse(errors),
      changes: changes,
      types: types,
      empty_values: options.empty_values
    }
  end

  defp cast(%{}, %{}, %{}, params, permitted, _empty_values, _opts) when is_list(permitted), do: Cast.invalid!(params)

  def cast_assoc(changeset, name, opts \\ []) when is_atom(name), do: cast_relation(:assoc, changeset, name, opts)
  def cast_embed(changeset, name, opts \\ []) when is_atom(name), do: cast_relation(:embed, changeset, name, opts)

  defp cast_relation(tag, %Changeset{data: data, types: types}, _name, _opts) when data == nil or types == nil do
    raise ArgumentError,
          "cast_#{tag}/3 expects the changeset to be cast. Please call cast/4 before calling cast_#{tag}/3"
  end

  defp cast_relation(tag, %Changeset{} = changeset, name, opts) do
    changeset = if opts[:required], do: %{changeset | required: [name | changeset.required]}, else: changeset
    relation = relation!(:cast, tag, name, Map.get(changeset.types, name))
    on_cast = Keyword.get_lazy(opts, :with, fn -> Relation.on_cast_default(relation) end)

    changeset =
      case Cast.relation_params(changeset.params || %{}, name, relation.cardinality, opts) do
        {:ok, value} -> cast_given(changeset, tag, name, relation, value, on_cast, opts)
        :error -> require_relation(changeset, name, relation, opts)
      end

    %{changeset | types: Map.put(changeset.types, name, {tag, %{relation | on_cast: on_cast}})}
  end

  defp cast_given(%{data: data} = changeset, tag, name, relation, value, on_cast, opts) do
    original = Map.get(data, name)

    case Relation.cast(relation, data, value, Relation.load!(data, original), on_cast) do
      {:ok, change, valid?} when change != original ->
        changes = Map.put(changeset.changes, name, change)

        %{force_update(changeset, opts) | changes: changes, valid?: changeset.valid? and valid?}
        |> require_relation(name, relation, opts)

      {:error, {message, meta}} ->
        error = {name, Check.message(opts, :invalid_message, message, [validation: tag] ++ meta)}
        %{changeset | errors: [error | changeset.errors], valid?: false}

      _ ->
        require_relation(changeset, name, relation, opts)
    end
  end

  defp force_update(changeset, opts) do
    if Keyword.get(opts, :force_update_on_change, true),
      do: %{changeset | repo_opts: Keyword.put(changeset.repo_opts, :force, true)},
      else: changeset
  end

  defp require_relation(changeset, name, relation, opts) do
    current = Map.get_lazy(changeset.changes, name, fn -> Map.get(changeset.data, name) end)

    if opts[:required] && Relation.empty?(relation, current) do
      error = {name, Check.message(opts, :required_message, "can't be blank", validation: :required)}
      %{changeset | errors: [error | changeset.errors], valid?: false}
    else
      changeset
    end
  end

  defp relation!(_op, tag, _name, {tag, relation}), do: relation

  defp relation!(op, :assoc, name, nil) do
    raise ArgumentError,
          "cannot #{op} assoc `#{name}`, assoc `#{name}` not found. " <>
            "Make sure it is spelled correctly and that the association type is not read-only"
  end

  defp relation!(op, tag, name, nil) do
    raise ArgumentError,
          "cannot #{op} #{tag} `#{name}`, #{tag} `#{name}` not found. Make sure that it exists and is spelled correctly"
  end

  defp relation!(op, tag, name, other) do
    got =
      case other do
        {found, _} when found in @relations -> found
        type -> inspect(type)
      end

    raise ArgumentError, "expected `#{name}` to be an #{tag} in `#{op}_#{tag}`, got: `#{got}`"
  end

  def reorder_assoc(%Changeset{} = changeset, name) when is_atom(name) do
    relation = relation!(:reorder, :assoc, name, Map.get(changeset.types, name))
    reorder(changeset, name, &(Relation.rank(&1.action, relation) <= Relation.rank(&2.action, relation)))
  end

  def reorder_assoc(%Changeset{} = changeset, name, sort_fn) when is_atom(name) and is_function(sort_fn, 2) do
    relation!(:reorder, :assoc, name, Map.get(changeset.types, name))
    reorder(changeset, name, sort_fn)
  end

  defp reorder(%{changes: changes} = changeset, name, sort_fn) do
    case changes do
      %{^name => list} when is_list(list) ->
        %{changeset | changes: Map.put(changes, name, Enum.sort(list, sort_fn))}

      _ ->
        raise ArgumentError,
              "`reorder_assoc/3` requires an association with `:many` cardinality and a list of associated changes"
    end
  end

  def merge(changeset1, changeset2)

  def merge(%Changeset{data: data} = one, %Changeset{data: data} = two) do
    merged = %{
      one
      | repo: agreed!(one.repo, two.repo, "repos"),
        repo_opts: Keyword.merge(one.repo_opts, two.repo_opts),
        filters: Map.merge(one.filters, two.filters),
        action: agreed!(one.action, two.action, "actions"),
        validations: one.validations ++ two.validations,
        constraints: one.constraints ++ two.constraints,
        prepare: two.prepare ++ one.prepare
    }

    agreed!(one.empty_values, two.empty_values, "empty values")
    merge_cast(merged, two)
  end

  def merge(%Changeset{}, %Changeset{}), do: raise(ArgumentError, message: "different :data when merging changesets")

  defp merge_cast(one, two) do
    %{
      one
      | params: (one.params || two.params) && Map.merge(one.params || %{}, two.params || %{}),
        types: Map.merge(one.types, two.types),
        changes: Map.merge(one.changes, two.changes),
        errors: Enum.uniq(one.errors ++ two.errors),
        required: Enum.uniq(one.required ++ two.required),
        valid?: one.valid? and two.valid?
    }
  end

  defp agreed!(one, nil, _what), do: one
  defp agreed!(nil, other, _what), do: other
  defp agreed!(same, same, _what), do: same

  defp agreed!(one, other, what),
    do: raise(ArgumentError, "different #{what} (`#{inspect(one)}` and `#{inspect(other)}`) when merging changesets")

  # Errors

  def add_error(%Changeset{errors: errors} = changeset, key, message, keys \\ []) when is_binary(message),
    do: %{changeset | errors: [{key, {message, keys}} | errors], valid?: false}

  defp add_errors(changeset, []), do: changeset
  defp add_errors(changeset, errors), do: %{changeset | errors: errors ++ changeset.errors, valid?: false}

  def traverse_errors(%Changeset{errors: errors} = changeset, fun) when is_function(fun, 1) or is_function(fun, 3),
    do: traverse(changeset, errors, fun, &traverse_errors/2)

  def traverse_validations(%Changeset{validations: validations} = changeset, fun)
      when is_function(fun, 1) or is_function(fun, 3),
      do: traverse(changeset, validations, fun, &traverse_validations/2)

  defp traverse(%{types: nil}, _pairs, _fun, _again), do: raise(ArgumentError, "changeset does not have types information")

  defp traverse(%{changes: changes, types: types} = changeset, pairs, fun, again) do
    own =
      for {key, value} <- Enum.reverse(pairs), reduce: %{} do
        acc ->
          said = if is_function(fun, 1), do: fun.(value), else: fun.(changeset, key, value)
          Map.update(acc, key, [said], &[said | &1])
      end

    for {field, {tag, %{cardinality: _}}} <- types, tag in @relations, related = changes[field], reduce: own do
      acc -> put_traversed(acc, field, related, &again.(&1, fun))
    end
  end

  defp put_traversed(acc, field, related, again) when is_list(related) do
    children = Enum.map(related, again)
    if Enum.all?(children, &(&1 == %{})), do: acc, else: Map.put(acc, field, children)
  end

  defp put_traversed(acc, field, related, again) do
    child = again.(related)
    if child == %{}, do: acc, else: Map.put(acc, field, child)
  end

  # Validations

  def validate_change(%Changeset{} = changeset, field, validator) when is_atom(field) do
    exists!(changeset, field)

    errors =
      case Map.get(changeset.changes, field) do
        nil -> []
        value -> validator.(field, value)
      end

    errors =
      Enum.map(errors, fn
        {key, text} when is_atom(key) and is_binary(text) -> {key, {text, []}}
        {key, {text, meta}} when is_atom(key) and is_binary(text) and is_list(meta) -> {key, {text, meta}}
      end)

    add_errors(changeset, errors)
  end

  def validate_change(%Changeset{validations: validations} = changeset, field, metadata, validator),
    do: validate_change(%{changeset | validations: [{field, metadata} | validations]}, field, validator)

  defp exists!(%{types: types, data: data}, field) do
    is_map_key(types, field) || unknown!(inspect(field), data)
  end

  def validate_required(%Changeset{} = changeset, fields, opts \\ []) when not is_nil(fields) do
    fields = List.wrap(fields)

    case for field <- fields, field_missing?(changeset, field), is_nil(changeset.errors[field]), do: field do
      [] ->
        %{changeset | required: fields ++ changeset.required}

      missing ->
        errors = Enum.map(missing, &{&1, Check.message(opts, "can't be blank", validation: :required)})
        changes = Map.drop(changeset.changes, missing)
        add_errors(%{changeset | changes: changes, required: fields ++ changeset.required}, errors)
    end
  end

  def field_missing?(%Changeset{types: types} = changeset, field) when not is_nil(field),
    do: Check.one!(types, field) && missing?(changeset, field) && exists!(changeset, field)

  defp missing?(%{empty_values: empty_values} = changeset, field) when is_atom(field) do
    case get_field(changeset, field) do
      %{__struct__: Ecto.Association.NotLoaded} ->
        raise ArgumentError,
              "attempting to determine the presence of association `#{field}` that was not loaded. " <>
                "Please preload your associations before calling validate_required/3 or field_missing?/2. " <>
                "You may also consider passing the :required option to Ecto.Changeset.cast_assoc/3"

      value ->
        value == nil or value in empty_values
    end
  end

  defp missing?(_changeset, field) do
    raise ArgumentError, "validate_required/3 and field_missing?/2 expect field names to be atoms, got: `#{inspect(field)}`"
  end

  def validate_format(changeset, field, format, opts \\ []) do
    validate_change(changeset, field, {:format, format}, fn _, value ->
      if not is_binary(value) do
        raise ArgumentError,
              "validate_format/4 expects changes to be strings, received: #{inspect(value)} for field `#{field}`"
      end

      if value =~ format, do: [], else: [{field, Check.message(opts, "has invalid format", validation: :format)}]
    end)
  end

  def validate_inclusion(changeset, field, data, opts \\ []) do
    validate_change(changeset, field, {:inclusion, data}, fn _, value ->
      if Ecto.Type.include?(Map.fetch!(changeset.types, field), value, data),
        do: [],
        else: [{field, Check.message(opts, "is invalid", validation: :inclusion, enum: data)}]
    end)
  end

  def validate_exclusion(changeset, field, data, opts \\ []) do
    validate_change(changeset, field, {:exclusion, data}, fn _, value ->
      if Ecto.Type.include?(Map.fetch!(changeset.types, field), value, data),
        do: [{field, Check.message(opts, "is reserved", validation: :exclusion, enum: data)}],
        else: []
    end)
  end

  def validate_subset(changeset, field, data, opts \\ []) do
    validate_change(changeset, field, {:subset, data}, fn _, value ->
      type = Check.element_type(Map.fetch!(changeset.types, field))

      if Enum.all?(value, &Ecto.Type.include?(type, &1, data)),
        do: [],
        else: [{field, Check.message(opts, "has an invalid entry", validation: :subset, enum: data)}]
    end)
  end

  def validate_length(changeset, field, opts) when is_list(opts) do
    validate_change(changeset, field, {:length, opts}, fn _, value ->
      case Check.length(Map.get(changeset.types, field), value, opts) do
        nil -> []
        error -> [{field, error}]
      end
    end)
  end

  def validate_number(changeset, field, opts) do
    validate_change(changeset, field, {:number, opts}, fn field, value ->
      case Check.number(field, value, opts) do
        nil -> []
        error -> [{field, error}]
      end
    end)
  end

  def validate_confirmation(changeset, field, opts \\ [])

  def validate_confirmation(%{params: params} = changeset, field, opts) when is_map(params),
    do: note(changeset, field, {:confirmation, opts}, Check.confirmation(params, field, opts))

  def validate_confirmation(%{params: nil} = changeset, _field, _opts), do: changeset

  def validate_acceptance(changeset, field, opts \\ [])

  def validate_acceptance(%{params: params} = changeset, field, opts) do
    accepted? = params == nil or Ecto.Type.cast(:boolean, Map.get(params, Atom.to_string(field))) == {:ok, true}
    errors = if accepted?, do: [], else: [{field, Check.message(opts, "must be accepted", validation: :acceptance)}]
    note(changeset, field, {:acceptance, opts}, errors)
  end

  defp note(changeset, field, validation, errors),
    do: add_errors(%{changeset | validations: [{field, validation} | changeset.validations]}, errors)

  def unsafe_validate_unique(%Changeset{data: data} = changeset, fields, repo, opts \\ []) when is_list(opts) do
    if not (is_struct(data) and function_exported?(data.__struct__, :__schema__, 1)) do
      raise ArgumentError, "unsafe_validate_unique/4 does not work with schemaless changesets, got #{inspect(data)}"
    end

    if opts[:query] == nil and not match?(%{__meta__: %Ecto.Schema.Metadata{}}, data) do
      raise ArgumentError,
            "unsafe_validate_unique/4 does not work with embedded schemas unless " <>
              "the `:query` option is specified, got: #{inspect(data)}"
    end

    fields = List.wrap(fields)
    validation = {hd(fields), {:unsafe_unique, fields: fields}}
    changeset = %{changeset | validations: [validation | changeset.validations]}

    cond do
      Enum.any?(changeset.errors, fn {key, _} -> key in fields end) -> changeset
      not Enum.any?(fields, &is_map_key(changeset.changes, &1)) -> changeset
      opts[:nulls_distinct] != false and Enum.any?(fields, &is_nil(get_field(changeset, &1))) -> changeset
      true -> ask(repo, data.__struct__, Keyword.get(opts, :repo_opts, []))
    end
  end

  # What is asked is a query, and there are none: the repository is left out as a
  # rule, and says so.
  defp ask(repo, schema, opts) do
    if function_exported?(repo, :exists?, 2),
      do: raise("unsafe_validate_unique/4 makes a query, which is not part of this playground")

    repo.exists?(schema, opts)
  end

  # For a database

  def prepare_changes(%Changeset{prepare: prepare} = changeset, function) when is_function(function, 1),
    do: %{changeset | prepare: [function | prepare]}

  def optimistic_lock(data_or_changeset, field, incrementer \\ &next_version/1) do
    changeset = change(data_or_changeset, %{})
    current = get_field(changeset, field)

    changeset =
      prepare_changes(changeset, fn changeset ->
        %{changeset | changes: Map.put(changeset.changes, field, incrementer.(current))}
      end)

    if is_nil(current) do
      Logger.warning(
        "the current value of `#{field}` is `nil` and will not be used as a filter for optimistic locking. " <>
          "To ensure `#{field}` is never `nil`, consider setting a default value.\n"
      )

      changeset
    else
      %{changeset | filters: Map.put(changeset.filters, field, current)}
    end
  end

  defp next_version(version) when version >= 2_147_483_647, do: 1
  defp next_version(version) when is_integer(version), do: version + 1

  def check_constraint(changeset, field, opts \\ []) do
    name = opts[:name] || raise ArgumentError, "must supply the name of the constraint"
    put_constraint(changeset, :check, name, field, "is invalid", opts)
  end

  def unique_constraint(changeset, field_or_fields, opts \\ [])
  def unique_constraint(changeset, field, opts) when is_atom(field), do: unique_constraint(changeset, [field], opts)

  def unique_constraint(changeset, [first | _] = fields, opts) do
    name = opts[:name] || Constraint.index_name(changeset, fields)
    put_constraint(changeset, :unique, name, Keyword.get(opts, :error_key, first), "has already been taken", opts)
  end

  def foreign_key_constraint(changeset, field, opts \\ []) do
    name = opts[:name] || Constraint.field_name(changeset, field, "fkey")
    put_constraint(changeset, :foreign_key, name, field, "does not exist", opts, :foreign)
  end

  def assoc_constraint(changeset, assoc, opts \\ []) do
    name = opts[:name] || Constraint.belongs_to_name(changeset, assoc)
    put_constraint(changeset, :foreign_key, name, assoc, "does not exist", opts, :assoc)
  end

  def no_assoc_constraint(changeset, assoc, opts \\ []) do
    {name, message} = Constraint.has_name(changeset, assoc)
    put_constraint(changeset, :foreign_key, opts[:name] || name, assoc, message, opts, :no_assoc)
  end

  def exclusion_constraint(changeset, field, opts \\ []) do
    name = opts[:name] || Constraint.field_name(changeset, field, "exclusion")
    put_constraint(changeset, :exclusion, name, field, "violates an exclusion constraint", opts)
  end

  defp put_constraint(changeset, type, name, field, message, opts, error_type \\ nil) do
    match = Keyword.get(opts, :match, :exact)
    add_constraint(changeset, type, name, match, field, Keyword.get(opts, :message, message), error_type || type)
  end

  defp add_constraint(%Changeset{} = changeset, type, name, match, field, message, error_type)
       when is_atom(field) and is_binary(message) do
    name = Constraint.named(name, match)
    constraint = %{constraint: name, error_message: message, error_type: error_type, field: field, match: match, type: type}
    %{changeset | constraints: [constraint | changeset.constraints]}
  end
end

defimpl Inspect, for: Ecto.Changeset do
  import Inspect.Algebra

  # As in Ecto, the action stands twice; of more than five parts the rest is dots.
  def inspect(%Ecto.Changeset{data: data} = changeset, opts) do
    parts = for key <- [:action, :changes, :errors, :data, :valid?, :action], do: {key, Map.get(changeset, key)}

    container_doc("#Ecto.Changeset<", parts, ">", %{limit: 5}, fn
      {:changes, changes}, _ -> concat("changes: ", changes |> redacted(data) |> to_doc(opts))
      {:data, %{__struct__: struct}}, _ -> "data: #" <> Kernel.inspect(struct) <> "<>"
      {key, value}, _ -> concat("#{key}: ", to_doc(value, opts))
    end)
  end

  defp redacted(changes, %schema{}) do
    fields = if function_exported?(schema, :__schema__, 1), do: schema.__schema__(:redact_fields), else: []
    for {key, value} <- changes, into: %{}, do: {key, if(key in fields, do: "**redacted**", else: value)}
  end

  defp redacted(changes, _data), do: changes
end
