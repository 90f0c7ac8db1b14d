defmodule Post do
  use Ecto.Schema

  schema "posts" do
    field :status, Ecto.Enum, values: [:draft, :live]
    field :level, Ecto.Enum, values: [low: 1, high: 2], default: :low
    field :codes, {:array, Ecto.Enum}, values: [a: "A", b: "B"]
    field :mode, Ecto.Enum, values: [on: "1"], embed_as: :dumped
    field :by, {:map, Ecto.Enum}, values: [:x, :y]
    field :title
  end
end

# run

c = cast(%Post{}, %{status: "draft"}, [:status])
{c.changes, c.errors}
#=> {%{status: :draft}, []}

c = cast(%Post{}, %{status: :draft}, [:status])
{c.changes, c.errors}
#=> {%{status: :draft}, []}

c = cast(%Post{}, %{status: "gone"}, [:status])
{c.changes, c.errors}
#=> {%{}, [status: {"is invalid", [type: {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [draft: "draft", live: "live"], on_cast: %{"draft" => :draft, "live" => :live}, on_dump: %{draft: "draft", live: "live"}, on_load: %{"draft" => :draft, "live" => :live}, type: :string}}}, validation: :inclusion, enum: ["draft", "live"]]}]}

c = cast(%Post{}, %{status: :gone}, [:status])
{c.changes, c.errors}
#=> {%{}, [status: {"is invalid", [type: {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [draft: "draft", live: "live"], on_cast: %{"draft" => :draft, "live" => :live}, on_dump: %{draft: "draft", live: "live"}, on_load: %{"draft" => :draft, "live" => :live}, type: :string}}}, validation: :inclusion, enum: ["draft", "live"]]}]}

c = cast(%Post{}, %{status: nil}, [:status])
{c.changes, c.errors}
#=> {%{}, []}

c = cast(%Post{}, %{status: 1}, [:status])
{c.changes, c.errors}
#=> {%{}, [status: {"is invalid", [type: {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [draft: "draft", live: "live"], on_cast: %{"draft" => :draft, "live" => :live}, on_dump: %{draft: "draft", live: "live"}, on_load: %{"draft" => :draft, "live" => :live}, type: :string}}}, validation: :inclusion, enum: ["draft", "live"]]}]}

c = cast(%Post{}, %{level: "low"}, [:level])
{c.changes, c.errors}
#=> {%{}, []}

c = cast(%Post{}, %{level: 1}, [:level])
{c.changes, c.errors}
#=> {%{}, []}

c = cast(%Post{}, %{level: 2}, [:level])
{c.changes, c.errors}
#=> {%{level: :high}, []}

c = cast(%Post{}, %{level: "1"}, [:level])
{c.changes, c.errors}
#=> {%{}, [level: {"is invalid", [type: {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [low: 1, high: 2], on_cast: %{"high" => :high, "low" => :low}, on_dump: %{high: 2, low: 1}, on_load: %{1 => :low, 2 => :high}, type: :integer}}}, validation: :inclusion, enum: ["high", "low"]]}]}

c = cast(%Post{}, %{level: :high}, [:level])
{c.changes, c.errors}
#=> {%{level: :high}, []}

c = cast(%Post{}, %{level: 3}, [:level])
{c.changes, c.errors}
#=> {%{}, [level: {"is invalid", [type: {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [low: 1, high: 2], on_cast: %{"high" => :high, "low" => :low}, on_dump: %{high: 2, low: 1}, on_load: %{1 => :low, 2 => :high}, type: :integer}}}, validation: :inclusion, enum: ["high", "low"]]}]}

c = cast(%Post{}, %{codes: ["a", "B"]}, [:codes])
{c.changes, c.errors}
#=> {%{codes: [:a, :b]}, []}

c = cast(%Post{}, %{codes: ["a", "x"]}, [:codes])
{c.changes, c.errors}
#=> {%{}, [codes: {"is invalid", [type: {:array, {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [a: "A", b: "B"], on_cast: %{"a" => :a, "b" => :b}, on_dump: %{a: "A", b: "B"}, on_load: %{"A" => :a, "B" => :b}, type: :string}}}}, validation: :inclusion, enum: ["a", "b"], source: [1]]}]}

c = cast(%Post{}, %{codes: "a"}, [:codes])
{c.changes, c.errors}
#=> {%{}, [codes: {"is invalid", [type: {:array, {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [a: "A", b: "B"], on_cast: %{"a" => :a, "b" => :b}, on_dump: %{a: "A", b: "B"}, on_load: %{"A" => :a, "B" => :b}, type: :string}}}}, validation: :cast]}]}

c = cast(%Post{}, %{codes: []}, [:codes])
{c.changes, c.errors}
#=> {%{codes: []}, []}

c = cast(%Post{}, %{codes: [nil]}, [:codes])
{c.changes, c.errors}
#=> {%{codes: [nil]}, []}

c = cast(%Post{}, %{by: %{"k" => "x"}}, [:by])
{c.changes, c.errors}
#=> {%{by: %{"k" => :x}}, []}

c = cast(%Post{}, %{by: %{"k" => "z"}}, [:by])
{c.changes, c.errors}
#=> {%{}, [by: {"is invalid", [type: {:map, {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [x: "x", y: "y"], on_cast: %{"x" => :x, "y" => :y}, on_dump: %{x: "x", y: "y"}, on_load: %{"x" => :x, "y" => :y}, type: :string}}}}, validation: :inclusion, enum: ["x", "y"], source: ["k"]]}]}

Ecto.Enum.values(Post, :status)
#=> [:draft, :live]

Ecto.Enum.mappings(Post, :level)
#=> [low: 1, high: 2]

Ecto.Enum.dump_values(Post, :level)
#=> [1, 2]

Ecto.Enum.dump_values(Post, :codes)
#=> ["A", "B"]

Ecto.Enum.cast_value(Post, :level, 2)
#=> {:ok, :high}

Ecto.Enum.cast_value(Post, :level, "nope")
#=> :error

Ecto.Enum.values(Post, :title)
#=> ** (ArgumentError) title is not an Ecto.Enum field

Ecto.Enum.values(Post, :nope)
#=> ** (ArgumentError) nope does not exist

Ecto.Enum.values(String, :nope)
#=> ** (ArgumentError) String is not an Ecto schema or types map

Ecto.Enum.mappings(Post.__changeset__(), :status)
#=> [draft: "draft", live: "live"]

Post.__schema__(:type, :status)
#=> {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [draft: "draft", live: "live"], on_cast: %{"draft" => :draft, "live" => :live}, on_dump: %{draft: "draft", live: "live"}, on_load: %{"draft" => :draft, "live" => :live}, type: :string}}}

Post.__schema__(:type, :codes)
#=> {:array, {:parameterized, {Ecto.Enum, %{embed_as: :self, mappings: [a: "A", b: "B"], on_cast: %{"a" => :a, "b" => :b}, on_dump: %{a: "A", b: "B"}, on_load: %{"A" => :a, "B" => :b}, type: :string}}}}

Ecto.Type.format(Post.__schema__(:type, :status))
#=> "#Ecto.Enum<values: [:draft, :live]>"

Ecto.Type.dump(Post.__schema__(:type, :level), :high)
#=> {:ok, 2}

Ecto.Type.dump(Post.__schema__(:type, :level), "high")
#=> :error

Ecto.Type.load(Post.__schema__(:type, :level), 2)
#=> {:ok, :high}

Ecto.Type.load(Post.__schema__(:type, :level), 9)
#=> :error

Ecto.Type.load(Post.__schema__(:type, :codes), ["A", nil])
#=> {:ok, [:a, nil]}

Ecto.Type.dump(Post.__schema__(:type, :codes), [:a, :b])
#=> {:ok, ["A", "B"]}

Ecto.Type.type(Post.__schema__(:type, :level))
#=> :integer

Ecto.Type.embed_as(Post.__schema__(:type, :mode), :json)
#=> :dump

Ecto.Type.embed_as(Post.__schema__(:type, :status), :json)
#=> :self

%Post{}.level
#=> :low

Ecto.Enum.init(values: [:a, :a])
#=> ** (ArgumentError) Ecto.Enum type values must be unique.
#=>
#=> For example:
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar, :foo]
#=>
#=> is invalid, while
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar, :baz]
#=>
#=> is valid

Ecto.Enum.init(values: [a: 1, b: 1])
#=> ** (ArgumentError) Ecto.Enum type values must be unique.
#=>
#=> For example:
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar, :foo]
#=>
#=> is invalid, while
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar, :baz]
#=>
#=> is valid

Ecto.Enum.init(values: "a")
#=> ** (ArgumentError) Ecto.Enum types must have a values option specified as a list of atoms or a
#=> keyword list with a mapping from atoms to either integer or string values.
#=>
#=> For example:
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar]
#=>
#=> or
#=>
#=>     field :my_field, Ecto.Enum, values: [foo: 1, bar: 2, baz: 5]

Ecto.Enum.init(values: [a: 1, b: "x"])
#=> ** (ArgumentError) Ecto.Enum types must have a values option specified as a list of atoms or a
#=> keyword list with a mapping from atoms to either integer or string values.
#=>
#=> For example:
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar]
#=>
#=> or
#=>
#=>     field :my_field, Ecto.Enum, values: [foo: 1, bar: 2, baz: 5]

Ecto.Enum.init([])
#=> ** (ArgumentError) Ecto.Enum types must have a values option specified as a list of atoms or a
#=> keyword list with a mapping from atoms to either integer or string values.
#=>
#=> For example:
#=>
#=>     field :my_field, Ecto.Enum, values: [:foo, :bar]
#=>
#=> or
#=>
#=>     field :my_field, Ecto.Enum, values: [foo: 1, bar: 2, baz: 5]

Ecto.Enum.init(values: [:a], embed_as: :x)
#=> ** (ArgumentError) the `:embed_as` option for `Ecto.Enum` accepts either `:values` or `:dumped`,
#=> received: `:x`

Ecto.Enum.init(values: [])
#=> %{embed_as: :self, mappings: [], on_cast: %{}, on_dump: %{}, on_load: %{}, type: :string}

defmodule BadDefault do
  use Ecto.Schema
  schema "x" do
    field :s, Ecto.Enum, values: [:a], default: :b
  end
end
#=> ** (ArgumentError) value :b is invalid for type #Ecto.Enum<values: [:a]>, can't set default

validate_inclusion(change(%Post{}, status: :live), :status, [:draft]).errors
#=> [status: {"is invalid", [validation: :inclusion, enum: [:draft]]}]

Ecto.UUID.cast!("601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> "601d74e4-a8d3-4b6e-8365-eddb4c893327"

Ecto.UUID.cast!("x")
#=> ** (Ecto.CastError) cannot cast "x" to Ecto.UUID

Ecto.UUID.dump("601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> {:ok, <<96, 29, 116, 228, 168, 211, 75, 110, 131, 101, 237, 219, 76, 137, 51, 39>>}

Ecto.UUID.dump!("601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> <<96, 29, 116, 228, 168, 211, 75, 110, 131, 101, 237, 219, 76, 137, 51, 39>>

Ecto.UUID.dump!("x")
#=> ** (ArgumentError) cannot dump given UUID to binary: "x"

Ecto.UUID.dump(1)
#=> :error

Ecto.UUID.load(<<1::128>>)
#=> {:ok, "00000000-0000-0000-0000-000000000001"}

Ecto.UUID.load("601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> ** (ArgumentError) trying to load string UUID as Ecto.UUID: "601d74e4-a8d3-4b6e-8365-eddb4c893327". Maybe you wanted to declare :uuid as your database field?

Ecto.UUID.load("x")
#=> :error

Ecto.UUID.load!("x")
#=> ** (ArgumentError) cannot load given binary as UUID: "x"

Ecto.UUID.load!(<<1::128>>)
#=> "00000000-0000-0000-0000-000000000001"

uuid = Ecto.UUID.generate()
{byte_size(uuid), Ecto.UUID.version(uuid), Ecto.UUID.cast(uuid) == {:ok, uuid}}
#=> {36, 4, true}

byte_size(Ecto.UUID.bingenerate())
#=> 16

uuid = Ecto.UUID.generate(version: 7)
{Ecto.UUID.version(uuid), abs(Ecto.UUID.to_unix(uuid) - System.system_time(:second)) < 5, match?(%DateTime{}, Ecto.UUID.to_datetime(uuid))}
#=> {7, true, true}

Ecto.UUID.generate(version: 5)
#=> ** (ArgumentError) unsupported UUID version: 5

Ecto.UUID.generate(precision: :millisecond)
#=> ** (ArgumentError) unsupported options for v4: [precision: :millisecond]

Ecto.UUID.generate(version: 7, foo: 1)
#=> ** (ArgumentError) unsupported options for v7: [foo: 1]

Ecto.UUID.generate(version: 7, precision: :second)
#=> ** (ArgumentError) unsupported precision: :second

Ecto.UUID.to_datetime("601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> ** (ArgumentError) to_datetime doesn't support UUID v4

Ecto.UUID.to_unix("601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> ** (ArgumentError) to_unix doesn't support UUID v4

Ecto.UUID.to_datetime("018ec6ba-9dfe-7a50-8a1b-ee1d3ab08b16")
#=> ~U[2024-04-10 06:38:22.718Z]

Ecto.UUID.to_unix("018ec6ba-9dfe-7a50-8a1b-ee1d3ab08b16", :millisecond)
#=> 1712731102718

Ecto.UUID.type()
#=> :uuid

Ecto.UUID.embed_as(:json)
#=> :self

Ecto.UUID.equal?("a", "a")
#=> true

a = for(_ <- 1..50, do: Ecto.UUID.generate(version: 7))
length(Enum.uniq(a))
#=> 50
