# Forms of changesets: what phoenix_ecto adds to Phoenix.HTML.

defimpl Phoenix.HTML.FormData, for: Ecto.Changeset do
  alias Ecto.Association.NotLoaded
  alias Ecto.Changeset

  def to_form(%{params: params, data: data} = changeset, opts) do
    {action, opts} = Keyword.pop(opts, :action, changeset.action)
    {name, opts} = Keyword.pop(opts, :as)
    name = to_string(name || name_of(data))

    %Phoenix.HTML.Form{
      source: changeset,
      impl: __MODULE__,
      id: Keyword.get(opts, :id) || name,
      action: action,
      name: name,
      errors: shown(changeset, action),
      data: data,
      params: params || %{},
      hidden: hidden(data),
      options: Keyword.put_new(opts, :method, method(data))
    }
  end

  # Errors are shown once something was tried with the changeset.
  defp shown(_changeset, action) when action in [nil, :ignore], do: []
  defp shown(%Changeset{errors: errors}, _action), do: errors

  defp hidden(%{__struct__: module} = data) do
    keys = if function_exported?(module, :__schema__, 1), do: module.__schema__(:primary_key), else: []
    for key <- keys, value = Map.fetch!(data, key), do: {key, value}
  end

  defp hidden(_data), do: []

  defp name_of(%{__struct__: module}), do: module |> Module.split() |> List.last() |> Macro.underscore()

  defp name_of(_data) do
    raise ArgumentError,
          "cannot generate name for changeset where the data is not backed by a struct. " <>
            "You must either pass the :as option to form/form_for or use a struct-based changeset"
  end

  defp method(%{__meta__: %{state: :loaded}}), do: "put"
  defp method(_data), do: "post"

  def to_form(source, %{action: action} = form, field, opts) do
    if Keyword.has_key?(opts, :default) do
      raise ArgumentError,
            ":default is not supported on inputs_for with changesets. " <>
              "The default value must be set in the changeset data"
    end

    {prepend, opts} = Keyword.pop(opts, :prepend, [])
    {append, opts} = Keyword.pop(opts, :append, [])
    {name, opts} = Keyword.pop(opts, :as)
    {id, opts} = Keyword.pop(opts, :id)

    nested = %{
      action: action,
      id: to_string(id || form.id <> "_#{field}"),
      name: to_string(name || form.name <> "[#{field}]"),
      opts: opts
    }

    case relation!(source, field) do
      %{cardinality: :one} = relation ->
        for one <- kept(one(source, field, relation.related)), do: nested(one, relation, nested, nil)

      %{cardinality: :many} = relation ->
        many = many(source, field)
        many = if form.params[Atom.to_string(field)], do: many, else: prepend ++ many ++ append
        for {one, index} <- Enum.with_index(kept(many)), do: nested(one, relation, nested, index)
    end
  end

  defp relation!(%{types: types, data: data}, field) do
    case types do
      %{^field => {tag, %{cardinality: _} = relation}} when tag in [:embed, :assoc] ->
        relation

      _ ->
        raise ArgumentError,
              "could not generate inputs for #{inspect(field)} from #{inspect(data.__struct__)}. " <>
                "Check the field exists and it is one of embeds_one, embeds_many, has_one, " <>
                "has_many, belongs_to or many_to_many"
    end
  end

  defp one(%{changes: changes, data: data}, field, module) do
    case changes do
      %{^field => nil} -> []
      %{^field => one} -> [map!(one, field)]
      _ -> [map!(loaded(data, field), field) || module.__struct__()]
    end
  end

  defp many(%{changes: changes, data: data}, field),
    do: list!(Map.get(changes, field), field) || list!(loaded(data, field), field) || []

  defp map!(value, _field) when is_map(value) or is_nil(value), do: value
  defp map!(value, field), do: raise(ArgumentError, "expected #{field} to be a map/struct, got: #{inspect(value)}")

  defp list!(value, _field) when is_list(value) or is_nil(value), do: value
  defp list!(value, field), do: raise(ArgumentError, "expected #{field} to be a list, got: #{inspect(value)}")

  defp loaded(data, field) do
    case {data, Map.fetch!(data, field)} do
      {%{__meta__: %{state: :built}}, %NotLoaded{}} ->
        nil

      {%{__struct__: struct}, %NotLoaded{}} ->
        raise ArgumentError,
              "using inputs_for for association `#{field}` " <>
                "from `#{inspect(struct)}` but it was not loaded. Please preload your " <>
                "associations before using them in inputs_for"

      {_, value} ->
        value
    end
  end

  defp kept(changesets), do: Enum.reject(changesets, &match?(%Changeset{action: :replace}, &1))

  defp nested(one, relation, %{action: action} = given, index) do
    %{data: data, params: params} = changeset = one |> changeset(relation.on_cast, index) |> in_action(action)
    {id, name} = if index, do: {"#{given.id}_#{index}", "#{given.name}[#{index}]"}, else: {given.id, given.name}

    %Phoenix.HTML.Form{
      source: changeset,
      impl: __MODULE__,
      action: action,
      id: id,
      name: name,
      index: index,
      errors: shown(changeset, action),
      data: data,
      params: params || %{},
      hidden: hidden(data),
      options: given.opts
    }
  end

  # Nothing was tried with the parent, so nothing was with its parts.
  defp in_action(changeset, nil), do: %{changeset | action: nil}
  defp in_action(changeset, _action), do: changeset

  defp changeset(%Changeset{} = changeset, _on_cast, _index), do: changeset
  defp changeset(data, nil, _index), do: Changeset.change(data)

  defp changeset(data, cast, _index) when is_function(cast, 2),
    do: of!(cast.(data, %{}), "on_cast/2 callback #{inspect(cast)}")

  defp changeset(data, cast, index) when is_function(cast, 3),
    do: of!(cast.(data, %{}, index), "on_cast/3 callback #{inspect(cast)}")

  defp changeset(data, {module, fun, args}, _index) when is_atom(module) and is_atom(fun) and is_list(args),
    do: of!(apply(module, fun, [data, %{} | args]), "#{module}.#{fun}")

  defp of!(%Changeset{} = changeset, _what), do: changeset
  defp of!(other, what), do: raise("expected #{what} to return an Ecto.Changeset, got: #{inspect(other)}")

  def input_value(%{changes: changes, data: data}, %{params: params}, field) when is_atom(field) do
    param = Atom.to_string(field)

    case {changes, params} do
      {%{^field => value}, _} -> value
      {_, %{^param => value}} -> value
      _ -> Map.get(data, field)
    end
  end

  def input_value(_changeset, _form, field),
    do: raise(ArgumentError, "expected field to be an atom, got: #{inspect(field)}")

  def input_type(%{types: types}, _form, field) do
    type = Map.get(types, field, :string)

    case if(Ecto.Type.primitive?(type), do: type, else: type.type()) do
      :integer -> :number_input
      :boolean -> :checkbox
      :date -> :date_select
      :time -> :time_select
      datetime when datetime in [:utc_datetime, :naive_datetime] -> :datetime_select
      _ -> :text_input
    end
  end

  def input_validations(%{required: required, validations: validations, types: types}, _form, field) do
    [required: field in required] ++
      for {^field, validation} <- validations, attr <- attributes(validation, Map.get(types, field, :integer)), do: attr
  end

  defp attributes({:length, opts}, _type), do: some(maxlength: opts[:max]) ++ some(minlength: opts[:min])

  defp attributes({:number, opts}, :integer) do
    min = if(above = opts[:greater_than], do: above + 1, else: opts[:greater_than_or_equal_to])
    max = if(below = opts[:less_than], do: below - 1, else: opts[:less_than_or_equal_to])
    [step: 1] ++ some(min: min) ++ some(max: max)
  end

  defp attributes({:number, opts}, _type),
    do: [step: "any"] ++ some(min: opts[:greater_than_or_equal_to]) ++ some(max: opts[:less_than_or_equal_to])

  defp attributes(_validation, _type), do: []

  defp some([{_key, value}] = attribute), do: if(value, do: attribute, else: [])
end

defimpl Phoenix.HTML.Safe, for: Decimal do
  def to_iodata(num), do: Decimal.to_string(num, :normal)
end
