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

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, min: 3)
{c.errors, c.validations, c.valid?}
#=> {[], [name: {:length, [min: 3]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, min: 4)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at least %{count} character(s)", [count: 4, validation: :length, kind: :min, type: :string]}], [name: {:length, [min: 4]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, max: 2)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at most %{count} character(s)", [count: 2, validation: :length, kind: :max, type: :string]}], [name: {:length, [max: 2]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, is: 4)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be %{count} character(s)", [count: 4, validation: :length, kind: :is, type: :string]}], [name: {:length, [is: 4]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, is: 3, min: 9)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at least %{count} character(s)", [count: 9, validation: :length, kind: :min, type: :string]}], [name: {:length, [is: 3, min: 9]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, min: 5, max: 1)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at least %{count} character(s)", [count: 5, validation: :length, kind: :min, type: :string]}], [name: {:length, [min: 5, max: 1]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, min: 4, message: "short")
{c.errors, c.validations, c.valid?}
#=> {[name: {"short", [count: 4, validation: :length, kind: :min, type: :string]}], [name: {:length, [min: 4, message: "short"]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, min: 4, message: {"short %{who}", [who: "me"]})
{c.errors, c.validations, c.valid?}
#=> {[name: {"short %{who}", [count: 4, validation: :length, kind: :min, type: :string, who: "me"]}], [name: {:length, [min: 4, message: {"short %{who}", [who: "me"]}]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, is: 1, count: :bytes)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be %{count} byte(s)", [count: 1, validation: :length, kind: :is, type: :binary]}], [name: {:length, [is: 1, count: :bytes]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, min: 9, count: :bytes)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at least %{count} byte(s)", [count: 9, validation: :length, kind: :min, type: :binary]}], [name: {:length, [min: 9, count: :bytes]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, max: 1, count: :bytes)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at most %{count} byte(s)", [count: 1, validation: :length, kind: :max, type: :binary]}], [name: {:length, [max: 1, count: :bytes]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, max: 1, count: :codepoints)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at most %{count} character(s)", [count: 1, validation: :length, kind: :max, type: :string]}], [name: {:length, [max: 1, count: :codepoints]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:tags, is: 1)
{c.errors, c.validations, c.valid?}
#=> {[tags: {"should have %{count} item(s)", [count: 1, validation: :length, kind: :is, type: :list]}], [tags: {:length, [is: 1]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:tags, min: 3)
{c.errors, c.validations, c.valid?}
#=> {[tags: {"should have at least %{count} item(s)", [count: 3, validation: :length, kind: :min, type: :list]}], [tags: {:length, [min: 3]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:tags, max: 1)
{c.errors, c.validations, c.valid?}
#=> {[tags: {"should have at most %{count} item(s)", [count: 1, validation: :length, kind: :max, type: :list]}], [tags: {:length, [max: 1]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:meta, is: 2)
{c.errors, c.validations, c.valid?}
#=> {[meta: {"should have %{count} item(s)", [count: 2, validation: :length, kind: :is, type: :map]}], [meta: {:length, [is: 2]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:meta, min: 2)
{c.errors, c.validations, c.valid?}
#=> {[meta: {"should have at least %{count} item(s)", [count: 2, validation: :length, kind: :min, type: :map]}], [meta: {:length, [min: 2]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:meta, max: 0)
{c.errors, c.validations, c.valid?}
#=> {[meta: {"should have at most %{count} item(s)", [count: 0, validation: :length, kind: :max, type: :map]}], [meta: {:length, [max: 0]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:email, min: 3)
{c.errors, c.validations, c.valid?}
#=> {[], [email: {:length, [min: 3]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:nope, min: 3)
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) unknown field :nope in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:age, min: 3)
{c.errors, c.validations, c.valid?}
#=> ** (CaseClauseError) no case clause matching: {5, :graphemes}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:name, 3)
{c.errors, c.validations, c.valid?}
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.validate_length/3

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_length(:raw, max: 1, count: :bytes)
{c.errors, c.validations, c.valid?}
#=> {[raw: {"should be at most %{count} byte(s)", [count: 1, validation: :length, kind: :max, type: :binary]}], [raw: {:length, [max: 1, count: :bytes]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_format(:name, ~r/^a/)
{c.errors, c.validations, c.valid?}
#=> {[], [name: {:format, ~r/^a/}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_format(:name, ~r/^b/)
{c.errors, c.validations, c.valid?}
#=> {[name: {"has invalid format", [validation: :format]}], [name: {:format, ~r/^b/}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_format(:name, ~r/^b/, message: "no b")
{c.errors, c.validations, c.valid?}
#=> {[name: {"no b", [validation: :format]}], [name: {:format, ~r/^b/}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_format(:age, ~r/1/)
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) validate_format/4 expects changes to be strings, received: 5 for field `age`

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_format(:name, "bc")
{c.errors, c.validations, c.valid?}
#=> {[], [name: {:format, "bc"}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_inclusion(:name, ["abc"])
{c.errors, c.validations, c.valid?}
#=> {[], [name: {:inclusion, ["abc"]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_inclusion(:name, ["x"])
{c.errors, c.validations, c.valid?}
#=> {[name: {"is invalid", [validation: :inclusion, enum: ["x"]]}], [name: {:inclusion, ["x"]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_inclusion(:age, 1..3)
{c.errors, c.validations, c.valid?}
#=> {[age: {"is invalid", [validation: :inclusion, enum: 1..3]}], [age: {:inclusion, 1..3}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_inclusion(:age, 1..9, message: "x")
{c.errors, c.validations, c.valid?}
#=> {[], [age: {:inclusion, 1..9}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_inclusion(:score, [Decimal.new("2.50")])
{c.errors, c.validations, c.valid?}
#=> {[], [score: {:inclusion, [Decimal.new("2.50")]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_inclusion(:age, [5.0])
{c.errors, c.validations, c.valid?}
#=> {[age: {"is invalid", [validation: :inclusion, enum: [5.0]]}], [age: {:inclusion, [5.0]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_exclusion(:name, ["abc"])
{c.errors, c.validations, c.valid?}
#=> {[name: {"is reserved", [validation: :exclusion, enum: ["abc"]]}], [name: {:exclusion, ["abc"]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_exclusion(:name, ["x"])
{c.errors, c.validations, c.valid?}
#=> {[], [name: {:exclusion, ["x"]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_exclusion(:age, 1..9, message: "taken")
{c.errors, c.validations, c.valid?}
#=> {[age: {"taken", [validation: :exclusion, enum: 1..9]}], [age: {:exclusion, 1..9}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_subset(:tags, ["a", "b", "c"])
{c.errors, c.validations, c.valid?}
#=> {[], [tags: {:subset, ["a", "b", "c"]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_subset(:tags, ["a"])
{c.errors, c.validations, c.valid?}
#=> {[tags: {"has an invalid entry", [validation: :subset, enum: ["a"]]}], [tags: {:subset, ["a"]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_subset(:tags, ["a"], message: "odd")
{c.errors, c.validations, c.valid?}
#=> {[tags: {"odd", [validation: :subset, enum: ["a"]]}], [tags: {:subset, ["a"]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_subset(:name, ["a"])
{c.errors, c.validations, c.valid?}
#=> ** (MatchError) no match of right hand side value: :string

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, greater_than: 5)
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be greater than %{number}", [validation: :number, kind: :greater_than, number: 5]}], [age: {:number, [greater_than: 5]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, greater_than: 4, less_than: 5)
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be less than %{number}", [validation: :number, kind: :less_than, number: 5]}], [age: {:number, [greater_than: 4, less_than: 5]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, less_than_or_equal_to: 4)
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be less than or equal to %{number}", [validation: :number, kind: :less_than_or_equal_to, number: 4]}], [age: {:number, [less_than_or_equal_to: 4]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, greater_than_or_equal_to: 6)
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be greater than or equal to %{number}", [validation: :number, kind: :greater_than_or_equal_to, number: 6]}], [age: {:number, [greater_than_or_equal_to: 6]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, equal_to: 5)
{c.errors, c.validations, c.valid?}
#=> {[], [age: {:number, [equal_to: 5]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, equal_to: 6, message: "six")
{c.errors, c.validations, c.valid?}
#=> {[age: {"six", [validation: :number, kind: :equal_to, number: 6]}], [age: {:number, [equal_to: 6, message: "six"]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, not_equal_to: 5)
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be not equal to %{number}", [validation: :number, kind: :not_equal_to, number: 5]}], [age: {:number, [not_equal_to: 5]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:weight, greater_than: 2)
{c.errors, c.validations, c.valid?}
#=> {[weight: {"must be greater than %{number}", [validation: :number, kind: :greater_than, number: 2]}], [weight: {:number, [greater_than: 2]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:score, greater_than: 2)
{c.errors, c.validations, c.valid?}
#=> {[], [score: {:number, [greater_than: 2]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:score, greater_than: 3)
{c.errors, c.validations, c.valid?}
#=> {[score: {"must be greater than %{number}", [validation: :number, kind: :greater_than, number: Decimal.new("3")]}], [score: {:number, [greater_than: 3]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:score, less_than: Decimal.new("2.5"))
{c.errors, c.validations, c.valid?}
#=> {[score: {"must be less than %{number}", [validation: :number, kind: :less_than, number: Decimal.new("2.5")]}], [score: {:number, [less_than: Decimal.new("2.5")]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:score, equal_to: 2.5)
{c.errors, c.validations, c.valid?}
#=> {[], [score: {:number, [equal_to: 2.5]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, less_than: Decimal.new(3))
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be less than %{number}", [validation: :number, kind: :less_than, number: Decimal.new("3")]}], [age: {:number, [less_than: Decimal.new("3")]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, foo: 1)
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) unknown option :foo given to validate_number/3
#=>
#=> The supported options are:
#=>
#=>   * :equal_to
#=>   * :greater_than
#=>   * :greater_than_or_equal_to
#=>   * :less_than
#=>   * :less_than_or_equal_to
#=>   * :not_equal_to

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, less_than: "x")
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) expected option `less_than` to be a decimal, integer, or float, got: "x"

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:name, less_than: 1)
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) expected field `name` to be a decimal, integer, or float, got: "abc"

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, [])
{c.errors, c.validations, c.valid?}
#=> {[], [age: {:number, []}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_number(:age, less_than: 1, greater_than: 9)
{c.errors, c.validations, c.valid?}
#=> {[age: {"must be less than %{number}", [validation: :number, kind: :less_than, number: 1]}], [age: {:number, [less_than: 1, greater_than: 9]}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required(:name)
{c.errors, c.validations, c.valid?}
#=> {[], [], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required([:name, :email])
{c.errors, c.validations, c.valid?}
#=> {[email: {"can't be blank", [validation: :required]}], [], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required([:email], message: "needed")
{c.errors, c.validations, c.valid?}
#=> {[email: {"needed", [validation: :required]}], [], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required([:email], message: {"needed %{x}", [x: 1]})
{c.errors, c.validations, c.valid?}
#=> {[email: {"needed %{x}", [validation: :required, x: 1]}], [], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required(:nope)
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) unknown field :nope in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required("name")
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) validate_required/3 and field_missing?/2 expect field names to be atoms, got: `"name"`

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required([])
{c.errors, c.validations, c.valid?}
#=> {[], [], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required([:inserted_at, :profile, :comment])
{c.errors, c.validations, c.valid?}
#=> {[inserted_at: {"can't be blank", [validation: :required]}, profile: {"can't be blank", [validation: :required]}, comment: {"can't be blank", [validation: :required]}], [], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_required(nil)
{c.errors, c.validations, c.valid?}
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.validate_required/3

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_acceptance(:terms)
{c.errors, c.validations, c.valid?}
#=> {[terms: {"must be accepted", [validation: :acceptance]}], [terms: {:acceptance, []}], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_change(:name, fn :name, v -> [name: "is #{v}"] end)
{c.errors, c.validations, c.valid?}
#=> {[name: {"is abc", []}], [], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_change(:name, fn :name, _ -> [name: {"bad %{a}", [a: 1]}, age: "too"] end)
{c.errors, c.validations, c.valid?}
#=> {[name: {"bad %{a}", [a: 1]}, age: {"too", []}], [], false}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_change(:email, fn _, _ -> [email: "x"] end)
{c.errors, c.validations, c.valid?}
#=> {[], [], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_change(:name, {:mine, [a: 1]}, fn _, _ -> [] end)
{c.errors, c.validations, c.valid?}
#=> {[], [name: {:mine, [a: 1]}], true}

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_change(:name, fn _, _ -> [:bad] end)
{c.errors, c.validations, c.valid?}
#=> ** (FunctionClauseError) no function clause matching in anonymous fn/1 in Ecto.Changeset.validate_change/3

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> validate_change(:nope, fn _, _ -> [] end)
{c.errors, c.validations, c.valid?}
#=> ** (ArgumentError) unknown field :nope in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

c = cast(%User{}, %{name: "abc", age: 5, tags: ["a", "b"], weight: 1.5, score: "2.5", meta: %{a: 1}, raw: <<1, 2>>, password: "pw"}, [:name, :age, :tags, :weight, :score, :meta, :raw, :password]) |> add_error(:name, "first") |> validate_required(:email) |> validate_length(:name, min: 9)
{c.errors, c.validations, c.valid?}
#=> {[name: {"should be at least %{count} character(s)", [count: 9, validation: :length, kind: :min, type: :string]}, email: {"can't be blank", [validation: :required]}, name: {"first", []}], [name: {:length, [min: 9]}], false}

c = cast(%User{}, %{"terms" => "true"}, []) |> validate_acceptance(:terms)
{c.errors, c.validations, c.valid?}
#=> {[], [terms: {:acceptance, []}], true}

c = cast(%User{}, %{"terms" => "false"}, []) |> validate_acceptance(:terms)
{c.errors, c.validations, c.valid?}
#=> {[terms: {"must be accepted", [validation: :acceptance]}], [terms: {:acceptance, []}], false}

c = cast(%User{}, %{}, []) |> validate_acceptance(:terms, message: "agree!")
{c.errors, c.validations, c.valid?}
#=> {[terms: {"agree!", [validation: :acceptance]}], [terms: {:acceptance, [message: "agree!"]}], false}

c = cast(%User{}, %{"terms" => true}, []) |> validate_acceptance(:terms)
{c.errors, c.validations, c.valid?}
#=> {[], [terms: {:acceptance, []}], true}

c = cast(%User{}, %{"password" => "a", "password_confirmation" => "a"}, []) |> validate_confirmation(:password)
{c.errors, c.validations, c.valid?}
#=> {[], [password: {:confirmation, []}], true}

c = cast(%User{}, %{"password" => "a", "password_confirmation" => "b"}, []) |> validate_confirmation(:password)
{c.errors, c.validations, c.valid?}
#=> {[password_confirmation: {"does not match confirmation", [validation: :confirmation]}], [password: {:confirmation, []}], false}

c = cast(%User{}, %{"password" => "a"}, []) |> validate_confirmation(:password)
{c.errors, c.validations, c.valid?}
#=> {[], [password: {:confirmation, []}], true}

c = cast(%User{}, %{"password" => "a"}, []) |> validate_confirmation(:password, required: true)
{c.errors, c.validations, c.valid?}
#=> {[password_confirmation: {"can't be blank", [validation: :required]}], [password: {:confirmation, [required: true]}], false}

c = cast(%User{}, %{"password" => "a", "password_confirmation" => nil}, []) |> validate_confirmation(:password, message: "differ")
{c.errors, c.validations, c.valid?}
#=> {[password_confirmation: {"differ", [validation: :confirmation]}], [password: {:confirmation, [message: "differ"]}], false}

c = cast(%User{}, %{"password" => "", "password_confirmation" => ""}, []) |> validate_confirmation(:password, required: true)
{c.errors, c.validations, c.valid?}
#=> {[], [password: {:confirmation, [required: true]}], true}

validate_confirmation(change(%User{}), :password).errors
#=> []

validate_acceptance(change(%User{}), :terms).valid?
#=> true

field_missing?(change(%User{}), :name)
#=> true

field_missing?(change(%User{name: "x"}), :name)
#=> false

field_missing?(change(%User{}), :nope)
#=> ** (ArgumentError) unknown field :nope in #User<__meta__: #Ecto.Schema.Metadata<:built, "users">, id: nil, name: nil, email: nil, age: 18, score: nil, weight: nil, tags: ["new"], meta: nil, money: nil, terms: nil, born: nil, raw: nil, version: 1, profile: nil, strict: nil, upd: nil, inv: nil, profiles: [], strict_many: [], plains: [], nofun: nil, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, comment: #Ecto.Association.NotLoaded<association :comment is not loaded>, inserted_at: nil, updated_at: nil, ...>

c = cast(%User{}, %{name: "a" <> <<0x0301::utf8>>}, [:name])
{validate_length(c, :name, is: 9).errors, validate_length(c, :name, is: 9, count: :codepoints).errors, validate_length(c, :name, is: 9, count: :bytes).errors}
#=> {[name: {"should be %{count} character(s)", [count: 9, validation: :length, kind: :is, type: :string]}], [name: {"should be %{count} character(s)", [count: 9, validation: :length, kind: :is, type: :string]}], [name: {"should be %{count} byte(s)", [count: 9, validation: :length, kind: :is, type: :binary]}]}

validations(validate_length(change(%User{}), :name, min: 1) |> validate_format(:name, ~r/x/))
#=> [name: {:format, ~r/x/}, name: {:length, [min: 1]}]

c = change(%User{}, name: "x") |> prepare_changes(fn c -> c end)
length(c.prepare)
#=> 1

c = optimistic_lock(%User{}, :version)
{c.filters, hd(c.prepare).(c).changes}
#=> {%{version: 1}, %{version: 2}}

c = optimistic_lock(%User{version: 2_147_483_647}, :version)
hd(c.prepare).(c).changes
#=> %{version: 1}

c = optimistic_lock(%User{}, :version, fn n -> n * 10 end)
hd(c.prepare).(c).changes
#=> %{version: 10}

unsafe_validate_unique(change({%{}, %{a: :string}}), :a, Repo)
#=> ** (ArgumentError) unsafe_validate_unique/4 does not work with schemaless changesets, got %{}

unsafe_validate_unique(change(%Profile{}), :bio, Repo)
#=> ** (ArgumentError) unsafe_validate_unique/4 does not work with embedded schemas unless the `:query` option is specified, got: %Profile{id: nil, bio: nil, rank: nil}

unsafe_validate_unique(change(%User{}), :name, Repo).validations
#=> [name: {:unsafe_unique, [fields: [:name]]}]

constraints(change(%User{}) |> unique_constraint(:name))
#=> [%{constraint: "users_name_index", error_message: "has already been taken", error_type: :unique, field: :name, match: :exact, type: :unique}]

constraints(change(%User{}) |> unique_constraint([:name, :email]))
#=> [%{constraint: "users_name_mail_index", error_message: "has already been taken", error_type: :unique, field: :name, match: :exact, type: :unique}]

constraints(change(%User{}) |> unique_constraint(:email))
#=> [%{constraint: "users_mail_index", error_message: "has already been taken", error_type: :unique, field: :email, match: :exact, type: :unique}]

constraints(change(%User{}) |> unique_constraint(:name, name: :own_index, message: "taken!"))
#=> [%{constraint: "own_index", error_message: "taken!", error_type: :unique, field: :name, match: :exact, type: :unique}]

constraints(change(%User{}) |> unique_constraint([:name, :age], error_key: :age))
#=> [%{constraint: "users_name_age_index", error_message: "has already been taken", error_type: :unique, field: :age, match: :exact, type: :unique}]

constraints(change(%User{}) |> unique_constraint(:name, match: :suffix))
#=> [%{constraint: "users_name_index", error_message: "has already been taken", error_type: :unique, field: :name, match: :suffix, type: :unique}]

constraints(change(%User{}) |> unique_constraint(:name, match: :odd))
#=> ** (ArgumentError) invalid match type: :odd. Allowed match types: [:exact, :suffix, :prefix]

constraints(change(%User{}) |> unique_constraint(:name, name: ~r/x/))
#=> [%{constraint: ~r/x/, error_message: "has already been taken", error_type: :unique, field: :name, match: :exact, type: :unique}]

constraints(change(%User{}) |> unique_constraint(:name, name: ~r/x/, match: :prefix))
#=> ** (ArgumentError) a Regex constraint only allows match type of :exact, got: :prefix

constraints(change(%User{}) |> check_constraint(:age, name: :age_positive))
#=> [%{constraint: "age_positive", error_message: "is invalid", error_type: :check, field: :age, match: :exact, type: :check}]

constraints(change(%User{}) |> check_constraint(:age))
#=> ** (ArgumentError) must supply the name of the constraint

constraints(change(%User{}) |> foreign_key_constraint(:email))
#=> [%{constraint: "users_mail_fkey", error_message: "does not exist", error_type: :foreign, field: :email, match: :exact, type: :foreign_key}]

constraints(change(%User{}) |> foreign_key_constraint(:name, message: "gone"))
#=> [%{constraint: "users_name_fkey", error_message: "gone", error_type: :foreign, field: :name, match: :exact, type: :foreign_key}]

constraints(change(%User{}) |> exclusion_constraint(:name))
#=> [%{constraint: "users_name_exclusion", error_message: "violates an exclusion constraint", error_type: :exclusion, field: :name, match: :exact, type: :exclusion}]

constraints(change(%User{}) |> no_assoc_constraint(:comments))
#=> [%{constraint: "comments_user_id_fkey", error_message: "are still associated with this entry", error_type: :no_assoc, field: :comments, match: :exact, type: :foreign_key}]

constraints(change(%User{}) |> no_assoc_constraint(:comment))
#=> [%{constraint: "comments_user_id_fkey", error_message: "is still associated with this entry", error_type: :no_assoc, field: :comment, match: :exact, type: :foreign_key}]

constraints(change(%User{}) |> no_assoc_constraint(:profile))
#=> ** (ArgumentError) cannot add constraint to changeset because association `profile` does not exist. Did you mean one of `comment`, `comments`?

constraints(change(%User{}) |> assoc_constraint(:comments))
#=> ** (ArgumentError) assoc_constraint can only be added to belongs to associations, got: %Ecto.Association.Has{cardinality: :many, field: :comments, owner: User, related: Comment, owner_key: :id, related_key: :user_id, on_cast: nil, queryable: Comment, on_delete: :nothing, on_replace: :delete, where: [], unique: true, defaults: [], relationship: :child, preload_order: []}

constraints(change(%User{}) |> assoc_constraint(:nope))
#=> ** (ArgumentError) cannot add constraint to changeset because association `nope` does not exist. Did you mean one of `comment`, `comments`?

constraints(change(%User{}) |> no_assoc_constraint(:comments, name: "x", message: "y"))
#=> [%{constraint: "x", error_message: "y", error_type: :no_assoc, field: :comments, match: :exact, type: :foreign_key}]

constraints(change(%User{}) |> unique_constraint(:name, message: :x))
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.add_constraint/7

constraints(assoc_constraint(change(%Comment{}), :user))
#=> [%{constraint: "comments_user_id_fkey", error_message: "does not exist", error_type: :assoc, field: :user, match: :exact, type: :foreign_key}]

constraints(assoc_constraint(change(%Comment{}), :users))
#=> ** (ArgumentError) cannot add constraint to changeset because association `users` does not exist. Did you mean `user`?

constraints(no_assoc_constraint(change(%Comment{}), :user))
#=> ** (ArgumentError) no_assoc_constraint can only be added to has one/many associations, got: %Ecto.Association.BelongsTo{field: :user, owner: Comment, related: User, owner_key: :user_id, related_key: :id, queryable: User, on_cast: nil, on_replace: :nilify, where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true}

unique_constraint(change(%Profile{}), :bio)
#=> ** (ArgumentError) cannot add constraint to changeset because it does not have a source, got: %Profile{id: nil, bio: nil, rank: nil}

unique_constraint(change({%{}, %{a: :string}}), :a)
#=> ** (ArgumentError) cannot add constraint to changeset because it does not have a source, got: %{}

constraints(foreign_key_constraint(change(%Comment{}), :user_id))
#=> [%{constraint: "comments_user_id_fkey", error_message: "does not exist", error_type: :foreign, field: :user_id, match: :exact, type: :foreign_key}]

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
traverse_errors(c, fn {msg, opts} -> Enum.reduce(opts, msg, fn {k, v}, acc -> String.replace(acc, "%{#{k}}", inspect(v)) end) end)
#=> %{name: ["other 2", "should be at least 3 character(s)"], profile: %{bio: ["can't be blank"]}, profiles: [%{}, %{bio: ["can't be blank"], rank: ["is invalid"]}]}

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
traverse_errors(c, & &1)
#=> %{name: [{"other %{n}", [n: 2]}, {"should be at least %{count} character(s)", [count: 3, validation: :length, kind: :min, type: :string]}], profile: %{bio: [{"can't be blank", [validation: :required]}]}, profiles: [%{}, %{bio: [{"can't be blank", [validation: :required]}], rank: [{"is invalid", [type: :integer, validation: :cast]}]}]}

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
traverse_errors(c, fn cs, field, {msg, _} -> "#{inspect(cs.data.__struct__)}.#{field} #{msg}" end)
#=> %{name: ["User.name other %{n}", "User.name should be at least %{count} character(s)"], profile: %{bio: ["Profile.bio can't be blank"]}, profiles: [%{}, %{bio: ["Profile.bio can't be blank"], rank: ["Profile.rank is invalid"]}]}

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
traverse_validations(c, & &1)
#=> %{name: [length: [min: 3]]}

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
traverse_validations(c, fn _, f, {k, _} -> {f, k} end)
#=> %{name: [name: :length]}

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
c
#=> #Ecto.Changeset<action: nil, changes: %{name: "a", profile: #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>, profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "x"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}, rank: {"is invalid", [type: :integer, validation: :cast]}], data: #Profile<>, valid?: false, ...>]}, errors: [name: {"other %{n}", [n: 2]}, name: {"should be at least %{count} character(s)", [count: 3, validation: :length, kind: :min, type: :string]}], data: #User<>, valid?: false, ...>

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
inspect(c, pretty: true)
#=> "#Ecto.Changeset<\n  action: nil,\n  changes: %{\n    name: \"a\",\n    profile: #Ecto.Changeset<\n      action: :insert,\n      changes: %{},\n      errors: [bio: {\"can't be blank\", [validation: :required]}],\n      data: #Profile<>,\n      valid?: false,\n      ...\n    >,\n    profiles: [\n      #Ecto.Changeset<\n        action: :insert,\n        changes: %{bio: \"x\"},\n        errors: [],\n        data: #Profile<>,\n        valid?: true,\n        ...\n      >,\n      #Ecto.Changeset<\n        action: :insert,\n        changes: %{},\n        errors: [\n          bio: {\"can't be blank\", [validation: :required]},\n          rank: {\"is invalid\", [type: :integer, validation: :cast]}\n        ],\n        data: #Profile<>,\n        valid?: false,\n        ...\n      >\n    ]\n  },\n  errors: [\n    name: {\"other %{n}\", [n: 2]},\n    name: {\"should be at least %{count} character(s)\",\n     [count: 3, validation: :length, kind: :min, type: :string]}\n  ],\n  data: #User<>,\n  valid?: false,\n  ...\n>"

traverse_errors(change(%User{}), & &1)
#=> %{}

traverse_errors(change(%User{}), 1)
#=> ** (FunctionClauseError) no function clause matching in Ecto.Changeset.traverse_errors/2

c = cast(%User{}, %{name: "a", profile: %{bio: ""}, profiles: [%{bio: "x"}, %{rank: "z"}]}, [:name]) |> cast_embed(:profile) |> cast_embed(:profiles) |> validate_length(:name, min: 3) |> add_error(:name, "other %{n}", n: 2)
apply_action!(c, :save)
#=> ** (Ecto.InvalidChangesetError) could not perform save because changeset is invalid.
#=>
#=> Errors
#=>
#=>     %{
#=>       name: [
#=>         {"other %{n}", [n: 2]},
#=>         {"should be at least %{count} character(s)",
#=>          [count: 3, validation: :length, kind: :min, type: :string]}
#=>       ],
#=>       profile: %{bio: [{"can't be blank", [validation: :required]}]},
#=>       profiles: [
#=>         %{},
#=>         %{
#=>           bio: [{"can't be blank", [validation: :required]}],
#=>           rank: [{"is invalid", [type: :integer, validation: :cast]}]
#=>         }
#=>       ]
#=>     }
#=>
#=> Applied changes
#=>
#=>     %{name: "a", profile: %{}, profiles: [%{bio: "x"}, %{}]}
#=>
#=> Params
#=>
#=>     %{
#=>       "name" => "a",
#=>       "profile" => %{bio: ""},
#=>       "profiles" => [%{bio: "x"}, %{rank: "z"}]
#=>     }
#=>
#=> Changeset
#=>
#=>     #Ecto.Changeset<
#=>       action: :save,
#=>       changes: %{
#=>         name: "a",
#=>         profile: #Ecto.Changeset<
#=>           action: :insert,
#=>           changes: %{},
#=>           errors: [bio: {"can't be blank", [validation: :required]}],
#=>           data: #Profile<>,
#=>           valid?: false,
#=>           ...
#=>         >,
#=>         profiles: [
#=>           #Ecto.Changeset<
#=>             action: :insert,
#=>             changes: %{bio: "x"},
#=>             errors: [],
#=>             data: #Profile<>,
#=>             valid?: true,
#=>             ...
#=>           >,
#=>           #Ecto.Changeset<
#=>             action: :insert,
#=>             changes: %{},
#=>             errors: [
#=>               bio: {"can't be blank", [validation: :required]},
#=>               rank: {"is invalid", [type: :integer, validation: :cast]}
#=>             ],
#=>             data: #Profile<>,
#=>             valid?: false,
#=>             ...
#=>           >
#=>         ]
#=>       },
#=>       errors: [
#=>         name: {"other %{n}", [n: 2]},
#=>         name: {"should be at least %{count} character(s)",
#=>          [count: 3, validation: :length, kind: :min, type: :string]}
#=>       ],
#=>       data: #User<>,
#=>       valid?: false,
#=>       ...
#=>     >

inspect(change(%User{}, password: "x", name: "y"))
#=> "#Ecto.Changeset<action: nil, changes: %{name: \"y\", password: \"**redacted**\"}, errors: [], data: #User<>, valid?: true, ...>"

inspect(change(%User{}))
#=> "#Ecto.Changeset<action: nil, changes: %{}, errors: [], data: #User<>, valid?: true, ...>"

inspect(%Ecto.Changeset{})
#=> "#Ecto.Changeset<action: nil, changes: %{}, errors: [], data: nil, valid?: false, ...>"

inspect(change({%{a: 1}, %{a: :integer}}, a: 2))
#=> "#Ecto.Changeset<action: nil, changes: %{a: 2}, errors: [], data: %{a: 1}, valid?: true, ...>"

inspect(%{change(%User{}, name: "x") | action: :insert}, pretty: true)
#=> "#Ecto.Changeset<\n  action: :insert,\n  changes: %{name: \"x\"},\n  errors: [],\n  data: #User<>,\n  valid?: true,\n  ...\n>"

inspect(change(%User{}, name: "x"), limit: 2)
#=> "#Ecto.Changeset<action: nil, changes: %{name: \"x\"}, errors: [], data: #User<>, valid?: true, ...>"

inspect(change(%User{}, name: String.duplicate("long ", 30)), pretty: true, width: 40)
#=> "#Ecto.Changeset<\n  action: nil,\n  changes: %{\n    name: \"long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long \"\n  },\n  errors: [],\n  data: #User<>,\n  valid?: true,\n  ...\n>"

inspect(change(%User{}, name: "x"), structs: false) =~ "__struct__: Ecto.Changeset"
#=> true
