defmodule Price do
  use Ecto.Type
  def type, do: :integer
  def cast(n), do: {:ok, n}
  def load(n), do: {:ok, n}
  def dump(n), do: {:ok, n}
end

defmodule Permalink do
  use Ecto.Schema
  import Ecto.Changeset

  embedded_schema do
    field :url
  end

  def changeset(permalink, attrs), do: permalink |> cast(attrs, [:url]) |> validate_required(:url) |> validate_length(:url, min: 3)
end

defmodule Comment do
  use Ecto.Schema

  schema "comments" do
    field :body
    field :position, :integer
  end

  def changeset(comment, attrs), do: Ecto.Changeset.cast(comment, attrs, [:body])
  def numbered(comment, attrs, index), do: comment |> changeset(attrs) |> Ecto.Changeset.put_change(:position, index)
end

defmodule User do
  use Ecto.Schema

  schema "users" do
    field :name
    field :age, :integer
    field :score, :decimal
    field :admin, :boolean
    field :born, :date
    field :woke, :time
    field :seen, :utc_datetime
    field :left, :naive_datetime
    field :price, Price
    embeds_one :permalink, Permalink, on_replace: :delete
    embeds_many :permalinks, Permalink, on_replace: :delete
    has_one :comment, Comment
    has_many :comments, Comment, on_replace: :delete
  end
end

defmodule Bare do
  defstruct name: nil
end

defmodule Page do
  use Phoenix.Component

  def html(rendered), do: rendered |> Phoenix.HTML.Safe.to_iodata() |> IO.iodata_to_binary()

  def errors(field), do: Enum.map(field.errors, fn {msg, opts} -> Enum.reduce(opts, msg, fn {k, v}, acc -> String.replace(acc, "%{#{k}}", to_string(inspect(v))) end) end)

  def whole(changeset, opts \\ []) do
    assigns = %{changeset: changeset, opts: opts}

    html(~H"""
    <.form :let={f} for={@changeset} {@opts}>
      <input id={f[:name].id} name={f[:name].name} value={f[:name].value} />
      <p :for={e <- errors(f[:name])}>{e}</p>
    </.form>
    """)
  end

  def nested(form, field, opts \\ []) do
    assigns = %{form: form, field: field, opts: opts}

    html(~H"""
    <.inputs_for :let={n} field={@form[@field]} {@opts}>
      <input id={n[:url].id} name={n[:url].name} value={n[:url].value} data-index={n.index} />
      <p :for={e <- errors(n[:url])}>{e}</p>
    </.inputs_for>
    """)
  end

  def dynamic(form) do
    assigns = %{form: form}

    html(~H"""
    <.inputs_for :let={n} field={@form[:permalinks]}>
      <input type="hidden" name="user[sort][]" value={n.index} />
      <input name={n[:url].name} value={n[:url].value} />
      <button type="button" name="user[drop][]" value={n.index}>x</button>
    </.inputs_for>
    <input type="hidden" name="user[drop][]" />
    """)
  end
end

# run

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", nil, [], [], [method: "post"], %{}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{id: 3}))
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", nil, [], [id: 3], [method: "post"], %{}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: 3, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(Ecto.put_meta(%User{id: 3}, state: :loaded)))
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", nil, [], [id: 3], [method: "put"], %{}, %User{__meta__: #Ecto.Schema.Metadata<:loaded, "users">, id: 3, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name))
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", nil, [], [], [method: "post"], %{"age" => "x", "name" => ""}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :validate})
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", :validate, [name: {"can't be blank", [validation: :required]}, age: {"is invalid", [type: :integer, validation: :cast]}], [], [method: "post"], %{"age" => "x", "name" => ""}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :ignore})
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", :ignore, [], [], [method: "post"], %{"age" => "x", "name" => ""}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name), action: :validate)
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", :validate, [name: {"can't be blank", [validation: :required]}, age: {"is invalid", [type: :integer, validation: :cast]}], [], [method: "post"], %{"age" => "x", "name" => ""}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :insert}, action: nil)
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", nil, [], [], [method: "post"], %{"age" => "x", "name" => ""}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :insert}, action: :ignore)
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", :ignore, [], [], [method: "post"], %{"age" => "x", "name" => ""}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}), as: :person)
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"person", "person", nil, [], [], [method: "post"], %{}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}), as: "p", id: "i")
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"i", "p", nil, [], [], [method: "post", id: "i"], %{}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}), id: "i", method: "patch", foo: 1)
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"i", "user", nil, [], [], [id: "i", method: "patch", foo: 1], %{}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change({%{}, %{name: :string}}))
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> ** (ArgumentError) cannot generate name for changeset where the data is not backed by a struct. You must either pass the :as option to form/form_for or use a struct-based changeset

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast({%{}, %{name: :string}}, %{name: "x"}, [:name]), as: :search)
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"search", "search", nil, [], [], [method: "post"], %{"name" => "x"}, %{}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change({%Bare{}, %{name: :string}}, name: "b"))
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"bare", "bare", nil, [], [], [method: "post"], %{}, %Bare{name: nil}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}), errors: [name: {"x", []}])
{f.id, f.name, f.action, f.errors, f.hidden, f.options, f.params, f.data}
#=> {"user", "user", nil, [], [], [method: "post", errors: [name: {"x", []}]], %{}, %User{__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, age: nil, score: nil, admin: nil, born: nil, woke: nil, seen: nil, left: nil, price: nil, permalink: nil, permalinks: [], comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>}}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :validate})
x = f[:name]
{x.id, x.name, x.value, x.errors, x.field}
#=> {"user_name", "user[name]", "", [{"can't be blank", [validation: :required]}], :name}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :validate})
x = f[:age]
{x.id, x.name, x.value, x.errors, x.field}
#=> {"user_age", "user[age]", "x", [{"is invalid", [type: :integer, validation: :cast]}], :age}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :validate})
x = f[:score]
{x.id, x.name, x.value, x.errors, x.field}
#=> {"user_score", "user[score]", nil, [], :score}

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
f["name"]
#=> ** (ArgumentError) expected field to be an atom, got: "name"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
f[:nope].value
#=> nil

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{name: "d"}, %{"name" => "p"}, []))
f[:name].value
#=> "p"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{name: "d"}, %{"name" => "p"}, [:name]))
f[:name].value
#=> "p"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{name: "d"}))
f[:name].value
#=> "d"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{name: "d"}, %{"name" => ""}, [:name]))
f[:name].value
#=> nil

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{score: Decimal.new("1.0")}))
f[:score].value
#=> Decimal.new("1.0")

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :name)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :age)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :admin)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :born)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :woke)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :seen)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :left)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :price)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.FormData.input_type(f.source, f, :nope)
#=> ** (UndefinedFunctionError) function Phoenix.HTML.FormData.input_type/3 is undefined or private. Did you mean:
#=>
#=>       * input_value/3

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_required(:name))
Phoenix.HTML.Form.input_validations(f, :name)
#=> [required: true]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_length(:name, min: 1, max: 9))
Phoenix.HTML.Form.input_validations(f, :name)
#=> [required: false, maxlength: 9, minlength: 1]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_length(:name, is: 3))
Phoenix.HTML.Form.input_validations(f, :name)
#=> [required: false]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_number(:age, greater_than: 3, less_than: 9))
Phoenix.HTML.Form.input_validations(f, :age)
#=> [required: false, step: 1, min: 4, max: 8]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_number(:age, greater_than_or_equal_to: 3, less_than_or_equal_to: 9))
Phoenix.HTML.Form.input_validations(f, :age)
#=> [required: false, step: 1, min: 3, max: 9]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_number(:score, greater_than: 3, less_than: 9))
Phoenix.HTML.Form.input_validations(f, :score)
#=> [required: false, step: "any"]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_number(:score, greater_than_or_equal_to: 3, less_than_or_equal_to: 9))
Phoenix.HTML.Form.input_validations(f, :score)
#=> [required: false, step: "any", min: 3, max: 9]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_format(:name, ~r/x/))
Phoenix.HTML.Form.input_validations(f, :name)
#=> [required: false]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_required(:age))
Phoenix.HTML.Form.input_validations(f, :name)
#=> [required: false]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> validate_length(:name, max: 5) |> validate_required(:name))
Phoenix.HTML.Form.input_validations(f, :name)
#=> [required: true, maxlength: 5]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.Form.input_value(f, :name)
#=> nil

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.Form.input_value(f, "name")
#=> ** (ArgumentError) expected field to be an atom, got: "name"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Phoenix.HTML.Form.input_id(f, :name)
#=> "user_name"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalink", "user[permalink]", nil, nil, [], [], %{}, %Permalink{id: nil, url: nil}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> []

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{permalink: %Permalink{id: "1", url: "old"}}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalink", "user[permalink]", nil, nil, [], [id: "1"], %{}, %Permalink{id: "1", url: "old"}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{permalinks: [%Permalink{id: "1", url: "old"}, %Permalink{url: "n"}]}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalinks_0", "user[permalinks][0]", 0, nil, [], [id: "1"], %{}, %Permalink{id: "1", url: "old"}, [], nil, %{}}, {"user_permalinks_1", "user[permalinks][1]", 1, nil, [], [], %{}, %Permalink{id: nil, url: "n"}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{permalink: %Permalink{id: "1", url: "old"}}, permalink: nil))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> []

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{permalinks: [%Permalink{id: "1", url: "old"}]}, permalinks: [%{url: "q"}]))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalinks_0", "user[permalinks][0]", 0, nil, [], [], %{}, %Permalink{id: nil, url: nil}, [], nil, %{url: "q"}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, [as: "pl", id: "pi"]), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"pi", "pl", nil, nil, [], [], %{}, %Permalink{id: nil, url: nil}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, [prepend: [%Permalink{url: "a"}], append: [%Permalink{url: "z"}]]), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalinks_0", "user[permalinks][0]", 0, nil, [], [], %{}, %Permalink{id: nil, url: "a"}, [], nil, %{}}, {"user_permalinks_1", "user[permalinks][1]", 1, nil, [], [], %{}, %Permalink{id: nil, url: "z"}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{}, %{"permalinks" => []}, []) |> cast_embed(:permalinks))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, [append: [%Permalink{url: "z"}]]), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> []

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, [default: 1]), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> ** (ArgumentError) :default is not supported on inputs_for with changesets. The default value must be set in the changeset data

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :name, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> ** (ArgumentError) could not generate inputs for :name from User. Check the field exists and it is one of embeds_one, embeds_many, has_one, has_many, belongs_to or many_to_many

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :nope, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> ** (ArgumentError) could not generate inputs for :nope from User. Check the field exists and it is one of embeds_one, embeds_many, has_one, has_many, belongs_to or many_to_many

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :comment, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_comment", "user[comment]", nil, nil, [], [], %{}, %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: nil, position: nil}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :comments, [append: [%Comment{}]]), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_comments_0", "user[comments][0]", 0, nil, [], [], %{}, %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: nil, position: nil}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(Ecto.put_meta(%User{}, state: :loaded)))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :comments, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> ** (ArgumentError) using inputs_for for association `comments` from `User` but it was not loaded. Please preload your associations before using them in inputs_for

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{comments: [%Comment{id: 4, body: "b"}]}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :comments, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_comments_0", "user[comments][0]", 0, nil, [], [id: 4], %{}, %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: 4, body: "b", position: nil}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{}, %{"permalink" => %{"url" => "a"}}, []) |> cast_embed(:permalink))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalink", "user[permalink]", nil, nil, [], [], %{"url" => "a"}, %Permalink{id: nil, url: nil}, [], nil, %{url: "a"}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"permalink" => %{"url" => "a"}}, []) |> cast_embed(:permalink)) | action: :validate})
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalink", "user[permalink]", nil, :validate, [url: {"should be at least %{count} character(s)", [count: 3, validation: :length, kind: :min, type: :string]}], [], %{"url" => "a"}, %Permalink{id: nil, url: nil}, [], :insert, %{url: "a"}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(%{(cast(%User{}, %{"permalinks" => [%{"url" => "a"}, %{"url" => "abc"}]}, []) |> cast_embed(:permalinks)) | action: :insert})
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, [skip_hidden: true]), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalinks_0", "user[permalinks][0]", 0, :insert, [url: {"should be at least %{count} character(s)", [count: 3, validation: :length, kind: :min, type: :string]}], [], %{"url" => "a"}, %Permalink{id: nil, url: nil}, [skip_hidden: true], :insert, %{url: "a"}}, {"user_permalinks_1", "user[permalinks][1]", 1, :insert, [], [], %{"url" => "abc"}, %Permalink{id: nil, url: nil}, [skip_hidden: true], :insert, %{url: "abc"}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{}) |> Map.update!(:types, fn types -> Map.update!(types, :permalink, fn {t, r} -> {t, %{r | on_cast: &Permalink.changeset/2}} end) end))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_permalink", "user[permalink]", nil, nil, [], [], %{}, %Permalink{id: nil, url: nil}, [], nil, %{}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(cast(%User{comments: [%Comment{id: 1}]}, %{}, []) |> cast_assoc(:comments, with: &Comment.numbered/3))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :comments, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> [{"user_comments_0", "user[comments][0]", 0, nil, [], [id: 1], %{}, %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: 1, body: nil, position: nil}, [], nil, %{position: 0}}]

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{permalinks: 1}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalinks, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> ** (ArgumentError) expected permalinks to be a list, got: 1

import Phoenix.Component, only: [to_form: 1, to_form: 2]
f = to_form(change(%User{permalink: 1}))
Enum.map(Phoenix.HTML.FormData.to_form(f.source, f, :permalink, []), &{&1.id, &1.name, &1.index, &1.action, &1.errors, &1.hidden, &1.params, &1.data, &1.options, &1.source.action, &1.source.changes})
#=> ** (ArgumentError) expected permalink to be a map/struct, got: 1

Page.whole(change(%User{name: "n"}))
#=> "<form method=\"post\">\n  \n  \n  \n  <input id=\"user_name\" name=\"user[name]\" value=\"n\">\n  \n\n</form>"

Page.whole(%{(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name)) | action: :validate})
#=> "<form method=\"post\">\n  \n  \n  \n  <input id=\"user_name\" name=\"user[name]\" value=\"\">\n  <p>can&#39;t be blank</p>\n\n</form>"

Page.whole(cast(%User{}, %{"name" => "", "age" => "x"}, [:name, :age]) |> validate_required(:name))
#=> "<form method=\"post\">\n  \n  \n  \n  <input id=\"user_name\" name=\"user[name]\" value=\"\">\n  \n\n</form>"

Page.whole(change(Ecto.put_meta(%User{id: 1}, state: :loaded)), action: "/u", csrf_token: "t")
#=> "<form action=\"/u\" method=\"post\">\n  <input name=\"_method\" type=\"hidden\" hidden value=\"put\">\n  <input name=\"_csrf_token\" type=\"hidden\" hidden value=\"t\">\n  \n  <input id=\"user_name\" name=\"user[name]\">\n  \n\n</form>"

Page.whole(change(%User{}), as: :p, id: "x", "phx-change": "v")
#=> "<form method=\"post\" id=\"x\" phx-change=\"v\">\n  \n  \n  \n  <input id=\"x_name\" name=\"p[name]\">\n  \n\n</form>"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{})), :permalink)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalink][_persistent_id]\" value=\"0\">\n    \n  \n  \n  <input id=\"user_permalink_0_url\" name=\"user[permalink][url]\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{permalink: %Permalink{id: "1", url: "old"}})), :permalink)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalink][_persistent_id]\" value=\"0\">\n    \n      <input type=\"hidden\" name=\"user[permalink][id]\" value=\"1\">\n    \n  \n  \n  <input id=\"user_permalink_0_url\" name=\"user[permalink][url]\" value=\"old\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{permalinks: [%Permalink{id: "1", url: "old"}, %Permalink{url: "n"}]})), :permalinks)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][_persistent_id]\" value=\"0\">\n    \n      <input type=\"hidden\" name=\"user[permalinks][0][id]\" value=\"1\">\n    \n  \n  \n  <input id=\"user_permalinks_0_url\" name=\"user[permalinks][0][url]\" value=\"old\" data-index=\"0\">\n  \n\n\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][1][_persistent_id]\" value=\"1\">\n    \n  \n  \n  <input id=\"user_permalinks_1_url\" name=\"user[permalinks][1][url]\" value=\"n\" data-index=\"1\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{permalinks: [%Permalink{id: "1", url: "old"}]})), :permalinks, skip_hidden: true)
#=> "\n  \n  \n  <input id=\"user_permalinks_0_url\" name=\"user[permalinks][0][url]\" value=\"old\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{permalinks: [%Permalink{id: "1", url: "old"}]})), :permalinks, skip_persistent_id: true)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][id]\" value=\"1\">\n    \n  \n  \n  <input id=\"user_permalinks_0_url\" name=\"user[permalinks][0][url]\" value=\"old\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{})), :permalinks, append: [%Permalink{}])
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][_persistent_id]\" value=\"0\">\n    \n  \n  \n  <input id=\"user_permalinks_0_url\" name=\"user[permalinks][0][url]\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(%{(cast(%User{}, %{"permalinks" => %{"0" => %{"url" => "a", "_persistent_id" => "0"}, "1" => %{"url" => "abc", "_persistent_id" => "1"}}}, []) |> cast_embed(:permalinks)) | action: :validate}), :permalinks)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][_persistent_id]\" value=\"0\">\n    \n  \n  \n  <input id=\"user_permalinks_0_url\" name=\"user[permalinks][0][url]\" value=\"a\" data-index=\"0\">\n  <p>should be at least 3 character(s)</p>\n\n\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][1][_persistent_id]\" value=\"1\">\n    \n  \n  \n  <input id=\"user_permalinks_1_url\" name=\"user[permalinks][1][url]\" value=\"abc\" data-index=\"1\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(%{(cast(%User{}, %{"permalink" => %{"url" => "a"}}, []) |> cast_embed(:permalink)) | action: :validate}), :permalink)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalink][_persistent_id]\" value=\"0\">\n    \n  \n  \n  <input id=\"user_permalink_0_url\" name=\"user[permalink][url]\" value=\"a\" data-index=\"0\">\n  <p>should be at least 3 character(s)</p>\n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(%{(cast(%User{}, %{"permalinks" => %{"0" => %{"url" => "one", "_persistent_id" => "0"}, "1" => %{"url" => "two", "_persistent_id" => "1"}}, "drop" => ["0"]}, []) |> cast_embed(:permalinks, sort_param: :sort, drop_param: :drop)) | action: :validate}), :permalinks)
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][_persistent_id]\" value=\"1\">\n    \n  \n  \n  <input id=\"user_permalinks_1_url\" name=\"user[permalinks][0][url]\" value=\"two\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
Page.nested(to_form(change(%User{permalinks: [%Permalink{id: "1", url: "old"}]})), :permalinks, id: "own", as: "own")
#=> "\n  \n    \n      <input type=\"hidden\" name=\"own[0][_persistent_id]\" value=\"0\">\n    \n      <input type=\"hidden\" name=\"own[0][id]\" value=\"1\">\n    \n  \n  \n  <input id=\"own_permalinks_0_url\" name=\"own[0][url]\" value=\"old\" data-index=\"0\">\n  \n\n"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
cast(%User{}, %{}, []) |> cast_embed(:permalinks, sort_param: :sort, drop_param: :drop) |> Map.put(:action, :validate) |> to_form() |> Page.dynamic()
#=> "\n<input type=\"hidden\" name=\"user[drop][]\">"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
cast(%User{}, %{"permalinks" => %{"0" => %{"url" => "one", "_persistent_id" => "0"}}, "sort" => ["0", "new"], "drop" => [""]}, []) |> cast_embed(:permalinks, sort_param: :sort, drop_param: :drop) |> Map.put(:action, :validate) |> to_form() |> Page.dynamic()
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][_persistent_id]\" value=\"0\">\n    \n  \n  \n  <input type=\"hidden\" name=\"user[sort][]\" value=\"0\">\n  <input name=\"user[permalinks][0][url]\" value=\"one\">\n  <button type=\"button\" name=\"user[drop][]\" value=\"0\">x</button>\n\n\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][1][_persistent_id]\" value=\"1\">\n    \n  \n  \n  <input type=\"hidden\" name=\"user[sort][]\" value=\"1\">\n  <input name=\"user[permalinks][1][url]\">\n  <button type=\"button\" name=\"user[drop][]\" value=\"1\">x</button>\n\n\n<input type=\"hidden\" name=\"user[drop][]\">"

import Phoenix.Component, only: [to_form: 1, to_form: 2]
cast(%User{}, %{"permalinks" => %{"0" => %{"url" => "one", "_persistent_id" => "0"}, "1" => %{"url" => "two", "_persistent_id" => "1"}}, "sort" => ["1", "0"], "drop" => [""]}, []) |> cast_embed(:permalinks, sort_param: :sort, drop_param: :drop) |> Map.put(:action, :validate) |> to_form() |> Page.dynamic()
#=> "\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][0][_persistent_id]\" value=\"1\">\n    \n  \n  \n  <input type=\"hidden\" name=\"user[sort][]\" value=\"0\">\n  <input name=\"user[permalinks][0][url]\" value=\"two\">\n  <button type=\"button\" name=\"user[drop][]\" value=\"0\">x</button>\n\n\n  \n    \n      <input type=\"hidden\" name=\"user[permalinks][1][_persistent_id]\" value=\"0\">\n    \n  \n  \n  <input type=\"hidden\" name=\"user[sort][]\" value=\"1\">\n  <input name=\"user[permalinks][1][url]\" value=\"one\">\n  <button type=\"button\" name=\"user[drop][]\" value=\"1\">x</button>\n\n\n<input type=\"hidden\" name=\"user[drop][]\">"

import Phoenix.Component
f = to_form(%{(cast(%User{}, %{"name" => "", "_unused_name" => ""}, [:name]) |> validate_required(:name)) | action: :validate})
{used_input?(f[:name]), used_input?(f[:age]), f[:name].errors}
#=> {false, false, [{"can't be blank", [validation: :required]}]}

Phoenix.HTML.Safe.to_iodata(Decimal.new("1E+2")) |> IO.iodata_to_binary()
#=> "100"

Phoenix.HTML.Form.normalize_value("number", Decimal.new("1.50"))
#=> Decimal.new("1.50")

Phoenix.HTML.Form.options_for_select(Ecto.Enum.values(%{s: Ecto.ParameterizedType.init(Ecto.Enum, values: [:a, :b])}, :s), :b) |> Phoenix.HTML.safe_to_string()
#=> "<option value=\"a\">a</option><option selected value=\"b\">b</option>"
