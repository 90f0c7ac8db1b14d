defmodule Money do
  use Ecto.Type
  def type, do: :integer
  def cast(n) when is_integer(n), do: {:ok, n}
  def cast(_), do: {:error, message: "is no money", validation: :money}
  def load(n), do: {:ok, n}
  def dump(n), do: {:ok, n}
end

defmodule Profile do
  use Ecto.Schema
  import Ecto.Changeset

  embedded_schema do
    field :bio
    field :rank, :integer
  end

  def changeset(profile, attrs), do: profile |> cast(attrs, [:bio, :rank]) |> validate_required([:bio])
  def lax(profile, attrs), do: cast(profile, attrs, [:bio])
  def indexed(profile, attrs, index), do: profile |> cast(attrs, [:bio]) |> put_change(:rank, index)
end

defmodule Plain do
  use Ecto.Schema

  @primary_key false
  embedded_schema do
    field :a
  end

  def changeset(plain, attrs), do: Ecto.Changeset.cast(plain, attrs, [:a])
end

defmodule NoFun do
  use Ecto.Schema

  embedded_schema do
    field :x
  end
end

defmodule Comment do
  use Ecto.Schema
  import Ecto.Changeset

  schema "comments" do
    field :body
    belongs_to :user, User, on_replace: :nilify
  end

  def changeset(comment, attrs), do: comment |> cast(attrs, [:body]) |> validate_required(:body)
end

defmodule User do
  use Ecto.Schema

  schema "users" do
    field :name
    field :email, :string, source: :mail
    field :age, :integer, default: 18
    field :score, :decimal
    field :weight, :float
    field :tags, {:array, :string}, default: ["new"]
    field :meta, :map
    field :money, Money
    field :password, :string, virtual: true, redact: true
    field :terms, :boolean, virtual: true
    field :born, :date
    field :raw, :binary
    field :version, :integer, default: 1
    embeds_one :profile, Profile, on_replace: :delete
    embeds_one :strict, Profile
    embeds_one :upd, Profile, on_replace: :update
    embeds_one :inv, Profile, on_replace: :mark_as_invalid
    embeds_many :profiles, Profile, on_replace: :delete
    embeds_many :strict_many, Profile
    embeds_many :plains, Plain, on_replace: :delete
    embeds_one :nofun, NoFun
    has_many :comments, Comment, on_replace: :delete
    has_one :comment, Comment
    timestamps()
  end
end

# run

cast(%User{}, %{"name" => "a", "age" => "20"}, [:name, :age])
#=> #Ecto.Changeset<action: nil, changes: %{age: 20, name: "a"}, errors: [], data: #User<>, valid?: true, ...>

c = cast(%User{}, %{"name" => "a", "age" => "x"}, [:name, :age])
{c.params, c.changes, c.errors, c.valid?, c.empty_values}
#=> {%{"age" => "x", "name" => "a"}, %{name: "a"}, [age: {"is invalid", [type: :integer, validation: :cast]}], false, [""]}

cast(%User{}, %{name: "a"}, [:name]).params
#=> %{"name" => "a"}

cast(%User{}, %{:name => "a", "age" => 1}, [:name])
#=> ** (Ecto.CastError) expected params to be a map with atoms or string keys, got a map with mixed keys: %{:name => "a", "age" => 1}

cast(%User{}, %{"name" => "a", 1 => 2}, [:name]).params
#=> %{1 => 2, "name" => "a"}

cast(%User{}, %User{}, [:name])
#=> ** (Ecto.CastError) expected params to be a :map, got: `#User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>`

cast(%User{}, "x", [:name])
#=> ** (Ecto.CastError) expected params to be a :map, got: `"x"`

cast(%User{}, [name: "x"], [:name])
#=> ** (Ecto.CastError) expected params to be a :map, got: `[name: "x"]`

cast(%User{}, nil, [:name])
#=> ** (Ecto.CastError) expected params to be a :map, got: `nil`

cast(%User{}, %{}, ["name"])
#=> ** (ArgumentError) cast/3 expects a list of atom keys, got key: `"name"`

cast(%User{}, %{}, [:nope])
#=> ** (ArgumentError) unknown field `:nope` given to cast. Either the field does not exist or it is a :through association (which are read-only). The known fields are: :age, :born, :comment, :comments, :email, :id, :inserted_at, :inv, :meta, :money, :name, :nofun, :password, :plains, :profile, :profiles, :raw, :score, :strict, :strict_many, :tags, :terms, :upd, :updated_at, :version, :weight

cast(%User{}, %{}, [:profile])
#=> ** (RuntimeError) casting embeds with cast/4 for :profile field is not supported, use cast_embed/3 instead

cast(%User{}, %{}, [:comments])
#=> ** (RuntimeError) casting assocs with cast/4 for :comments field is not supported, use cast_assoc/3 instead

cast(%User{}, %{}, :name)
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.cast/7

cast(nil, %{}, [])
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.cast/4

cast(%User{}, :invalid, [:name])
#=> #Ecto.Changeset<action: nil, changes: %{}, errors: [], data: #User<>, valid?: false, ...>

c = cast(%User{}, :invalid, [:name])
{c.params, c.valid?, c.errors, c.changes}
#=> {nil, false, [], %{}}

cast(%User{name: "a"}, %{name: "a"}, [:name]).changes
#=> %{}

cast(%User{name: "a"}, %{name: "a"}, [:name], force_changes: true).changes
#=> %{name: "a"}

cast(%User{name: "a"}, %{name: ""}, [:name]).changes
#=> %{name: nil}

cast(%User{name: "a"}, %{name: "   "}, [:name]).changes
#=> %{name: nil}

cast(%User{age: 5}, %{age: ""}, [:age]).changes
#=> %{age: 18}

cast(%User{}, %{age: nil}, [:age]).changes
#=> %{age: nil}

cast(%User{}, %{name: "", age: ""}, [:name, :age], empty_values: []).errors
#=> [age: {"is invalid", [type: :integer, validation: :cast]}]

cast(%User{}, %{name: "", age: ""}, [:name, :age], empty_values: []).changes
#=> %{name: ""}

cast(%User{}, %{name: "N/A"}, [:name], empty_values: ["N/A"]).changes
#=> %{}

cast(%User{name: "x"}, %{name: "N/A"}, [:name], empty_values: ["N/A"]).changes
#=> %{name: nil}

cast(%User{name: "x"}, %{name: "  "}, [:name], trim_values: fn _, v -> v end).changes
#=> %{name: "  "}

cast(%User{}, %{name: "  a "}, [:name]).changes
#=> %{name: "  a "}

cast(%User{}, %{raw: "  "}, [:raw]).changes
#=> %{raw: "  "}

cast(%User{}, %{tags: ["a", "", " ", "b"]}, [:tags]).changes
#=> %{tags: ["a", "b"]}

cast(%User{}, %{tags: [""]}, [:tags]).changes
#=> %{tags: []}

cast(%User{}, %{tags: []}, [:tags]).changes
#=> %{tags: []}

cast(%User{tags: ["x"]}, %{tags: []}, [:tags]).changes
#=> %{tags: []}

cast(%User{}, %{tags: ["a", 1]}, [:tags]).errors
#=> [tags: {"is invalid", [type: {:array, :string}, validation: :cast]}]

cast(%User{}, %{tags: ["", nil, "a"]}, [:tags]).changes
#=> %{tags: [nil, "a"]}

cast(%User{}, %{}, [], empty_values: [fn _ -> true end])
#=> ** (ArgumentError) passing functions in :empty_values is no longer support, use :trim_values instead

cast(%User{}, %{age: "x"}, [:age], message: fn :age, meta -> "bad: #{inspect(meta)}" end).errors
#=> [age: {"bad: [type: :integer, validation: :cast]", [type: :integer, validation: :cast]}]

cast(%User{}, %{age: "x"}, [:age], message: fn _, _ -> nil end).errors
#=> [age: {"is invalid", [type: :integer, validation: :cast]}]

cast(%User{}, %{age: "x"}, [:age], message: "no")
#=> ** (ArgumentError) expected `:message` to be a function of arity 2, received: "no"

cast(%User{}, %{money: "x"}, [:money]).errors
#=> [money: {"is no money", [type: Money, validation: :money]}]

cast(%User{}, %{money: "x"}, [:money], message: fn _, _ -> "own" end).errors
#=> [money: {"own", [type: Money, validation: :money]}]

cast(%User{}, %{score: "1.20"}, [:score]).changes
#=> %{score: Decimal.new("1.20")}

cast(%User{score: Decimal.new("1.2")}, %{score: "1.20"}, [:score]).changes
#=> %{}

cast(%User{}, %{meta: []}, [:meta]).errors
#=> [meta: {"is invalid", [type: :map, validation: :cast]}]

cast(%User{}, %{born: "2026-02-30"}, [:born]).errors
#=> [born: {"is invalid", [type: :date, validation: :cast]}]

cast(%User{}, %{terms: "on"}, [:terms]).errors
#=> [terms: {"is invalid", [type: :boolean, validation: :cast]}]

c = %User{} |> cast(%{age: "x"}, [:age]) |> cast(%{name: "y"}, [:name])
{c.errors, c.changes, c.valid?, c.params}
#=> {[age: {"is invalid", [type: :integer, validation: :cast]}], %{name: "y"}, false, %{"age" => "x", "name" => "y"}}

c = %User{} |> cast(%{name: "x"}, [:name]) |> cast(%{name: ""}, [:name])
c.changes
#=> %{name: nil}

cast({%{}, %{name: :string, age: :integer}}, %{name: "a", age: "7"}, [:name, :age])
#=> #Ecto.Changeset<action: nil, changes: %{age: 7, name: "a"}, errors: [], data: %{}, valid?: true, ...>

cast({%{age: 7}, %{age: :integer}}, %{age: "7"}, [:age]).changes
#=> %{}

cast({%{}, %{tags: {:array, :integer}}}, %{tags: ["1", "x"]}, [:tags]).errors
#=> [tags: {"is invalid", [type: {:array, :integer}, validation: :cast]}]

{%{}, %{name: :string}} |> cast(%{name: ""}, [:name]) |> validate_required(:name)
#=> #Ecto.Changeset<action: nil, changes: %{}, errors: [name: {"can't be blank", [validation: :required]}], data: %{}, valid?: false, ...>

{%{}, %{name: :string}} |> cast(%{name: "a"}, [:name]) |> apply_action(:save)
#=> {:ok, %{name: "a"}}

{%{}, %{name: :string}} |> cast(%{name: ""}, [:name]) |> validate_required(:name) |> apply_action(:save)
#=> {:error, #Ecto.Changeset<action: :save, changes: %{}, errors: [name: {"can't be blank", [validation: :required]}], data: %{}, valid?: false, ...>}

{%{}, %{level: Ecto.ParameterizedType.init(Ecto.Enum, values: [:low, :high])}} |> cast(%{level: "high"}, [:level]) |> apply_changes()
#=> %{level: :high}

cast({[], %{}}, %{}, [])
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.cast/4

change({%{a: 1}, %{a: :integer}}, a: 2)
#=> #Ecto.Changeset<action: nil, changes: %{a: 2}, errors: [], data: %{a: 1}, valid?: true, ...>

change({%{a: 1}, [a: :integer]}, %{a: 1}).changes
#=> %{}

change(%User{}, name: "x").changes
#=> %{name: "x"}

change(%User{name: "x"}, name: "x").changes
#=> %{}

change(%User{}, %{name: "x", age: 18}).changes
#=> %{name: "x"}

change(%User{}, nope: 1)
#=> ** (ArgumentError) unknown field `:nope` in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

change(%User{}, [{"name", 1}])
#=> ** (ArgumentError) field names given to change/put_change must be atoms, got: `"name"`

change(%User{}, [:name])
#=> ** (ArgumentError) invalid changes being applied to changeset. Expected a keyword list or a map, got: [:name]

change(change(%User{}, name: "x"), name: nil).changes
#=> %{}

change(%User{}) |> put_change(:age, 18) |> put_change(:name, "b") |> Map.get(:changes)
#=> %{name: "b"}

change(%User{}, 1)
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.change/2

change(:x, %{})
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.change/2

put_change(change(%User{}), :nope, 1)
#=> ** (ArgumentError) unknown field `:nope` in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

put_change(change(%User{}), "name", 1)
#=> ** (ArgumentError) field names given to change/put_change must be atoms, got: `"name"`

force_change(change(%User{name: "x"}), :name, "x").changes
#=> %{name: "x"}

force_change(change(%User{}), :nope, 1)
#=> ** (ArgumentError) unknown field `:nope` in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

force_change(change(%User{}), :profile, 1)
#=> ** (RuntimeError) changing embeds with force_change/3 is not supported, please use put_embed/4 instead

delete_change(change(%User{}, name: "x"), :name).changes
#=> %{}

update_change(change(%User{}, name: "x"), :name, &String.upcase/1).changes
#=> %{name: "X"}

update_change(change(%User{}, name: "x"), :age, &(&1 + 1)).changes
#=> %{name: "x"}

update_change(change(%User{name: "X"}, name: "x"), :name, &String.upcase/1).changes
#=> %{}

get_change(change(%User{}, name: "x"), :name)
#=> "x"

get_change(change(%User{}), :name, "d")
#=> "d"

get_field(change(%User{age: 3}), :age)
#=> 3

get_field(change(%User{}), :nope, :d)
#=> :d

get_field(change(%User{}, name: "x"), :name)
#=> "x"

fetch_change(change(%User{}, name: "x"), :name)
#=> {:ok, "x"}

fetch_change(change(%User{}), :name)
#=> :error

fetch_change!(change(%User{}, name: "x"), :age)
#=> ** (KeyError) key :age not found in: %{name: "x"}

fetch_field(change(%User{}, name: "x"), :name)
#=> {:changes, "x"}

fetch_field(change(%User{}), :age)
#=> {:data, 18}

fetch_field(change(%User{}), :nope)
#=> :error

try do
  fetch_field!(change({%{a: 1}, %{a: :integer}}), :nope)
rescue
  e -> e
end
#=> %KeyError{key: :nope, term: %{a: 1}, message: nil}

fetch_field!(change(%User{}), :age)
#=> 18

changed?(change(%User{}, name: "x"), :name)
#=> true

changed?(change(%User{}), :name)
#=> false

changed?(change(%User{}), :nope)
#=> ** (ArgumentError) field :nope doesn't exist

changed?(change(%User{name: "a"}, name: "x"), :name, from: "a", to: "x")
#=> true

changed?(change(%User{name: "a"}, name: "x"), :name, to: "y")
#=> false

changed?(change(%User{name: "a"}, name: "x"), :name, foo: 1)
#=> ** (ArgumentError) unknown option {:foo, 1}

changed?(change(%User{}, profile: %{bio: "a"}), :profile)
#=> true

changed?(change(%User{}, profile: %{bio: "a"}), :profile, to: 1)
#=> ** (ArgumentError) invalid options for embed field

changed?(change(%User{}, profiles: [%{bio: "a"}]), :profiles)
#=> true

apply_changes(change(%User{}, name: "x")).name
#=> "x"

apply_action(change(%User{}, name: "x"), "insert")
#=> ** (ArgumentError) expected action to be an atom, got: "insert"

{:ok, u} = apply_action(change(%User{}, name: "x"), :insert)
u.name
#=> "x"

{:error, c} = change(%User{}) |> add_error(:name, "bad") |> apply_action(:update)
c
#=> #Ecto.Changeset<action: :update, changes: %{}, errors: [name: {"bad", []}], data: #User<>, valid?: false, ...>

change(%User{}) |> add_error(:name, "bad") |> apply_action!(:insert)
#=> ** (Ecto.InvalidChangesetError) could not perform insert because changeset is invalid.
#=>
#=> Errors
#=>
#=>     %{name: [{"bad", []}]}
#=>
#=> Applied changes
#=>
#=>     %{}
#=>
#=> Params
#=>
#=>     nil
#=>
#=> Changeset
#=>
#=>     #Ecto.Changeset<
#=>       action: :insert,
#=>       changes: %{},
#=>       errors: [name: {"bad", []}],
#=>       data: #User<>,
#=>       valid?: false,
#=>       ...
#=>     >

cast(%User{}, %{age: "x", name: "n"}, [:age, :name]) |> apply_action!(:update)
#=> ** (Ecto.InvalidChangesetError) could not perform update because changeset is invalid.
#=>
#=> Errors
#=>
#=>     %{age: [{"is invalid", [type: :integer, validation: :cast]}]}
#=>
#=> Applied changes
#=>
#=>     %{name: "n"}
#=>
#=> Params
#=>
#=>     %{"age" => "x", "name" => "n"}
#=>
#=> Changeset
#=>
#=>     #Ecto.Changeset<
#=>       action: :update,
#=>       changes: %{name: "n"},
#=>       errors: [age: {"is invalid", [type: :integer, validation: :cast]}],
#=>       data: #User<>,
#=>       valid?: false,
#=>       ...
#=>     >

apply_action!(change(%User{}, name: "x"), :insert).name
#=> "x"

add_error(change(%User{}), :name, "is %{x}", x: 1).errors
#=> [name: {"is %{x}", [x: 1]}]

add_error(change(%User{}), :anything, "bad").errors
#=> [anything: {"bad", []}]

add_error(change(%User{}), :name, :bad)
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.add_error/4

c = merge(cast(%User{}, %{name: "a"}, [:name]), cast(%User{}, %{age: "x"}, [:age]))
{c.changes, c.errors, c.params, c.valid?}
#=> {%{name: "a"}, [age: {"is invalid", [type: :integer, validation: :cast]}], %{"age" => "x", "name" => "a"}, false}

merge(change(%User{}), change(%User{name: "x"}))
#=> ** (ArgumentError) different :data when merging changesets

merge(%{change(%User{}) | action: :insert}, %{change(%User{}) | action: :update})
#=> ** (ArgumentError) different actions (`:insert` and `:update`) when merging changesets

merge(%{change(%User{}) | repo: A}, %{change(%User{}) | repo: B})
#=> ** (ArgumentError) different repos (`A` and `B`) when merging changesets

c = merge(validate_required(change(%User{}), :name), validate_length(change(%User{}), :name, min: 1))
{c.required, c.validations, c.errors}
#=> {[:name], [name: {:length, [min: 1]}], [name: {"can't be blank", [validation: :required]}]}

merge(%{change(%User{}) | action: :insert}, change(%User{})).action
#=> :insert

merge(%{change(%User{}) | empty_values: ["x"]}, change(%User{}))
#=> ** (ArgumentError) different empty values (`["x"]` and `[""]`) when merging changesets
