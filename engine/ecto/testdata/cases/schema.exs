defmodule Temp do
  use Ecto.Type
  def type, do: :float
  def cast(t), do: {:ok, t}
  def load(t), do: {:ok, t}
  def dump(t), do: {:ok, t}
  def autogenerate, do: 20.5
end

defmodule Opt do
  use Ecto.ParameterizedType
  def type(_), do: :string
  def init(opts), do: Map.new(opts)
  def cast(v, _), do: {:ok, v}
  def load(v, _, _), do: {:ok, v}
  def dump(v, _, _), do: {:ok, v}
  def autogenerate(%{prefix: prefix}), do: prefix <> "x"
end

defmodule Address do
  use Ecto.Schema

  @primary_key false
  embedded_schema do
    field :street
    field :zip, :integer, source: :plz
  end
end

defmodule Author do
  use Ecto.Schema

  schema "authors" do
    field :name
    has_many :posts, Post, preload_order: [desc: :id]
    has_many :comments, through: [:posts, :comments]
    has_one :first_post, Post, foreign_key: :writer_id, references: :id, where: [public: true]
  end
end

defmodule Tag do
  use Ecto.Schema

  schema "tags" do
    field :label
  end
end

defmodule Comment do
  use Ecto.Schema

  schema "comments" do
    field :body
    belongs_to :post, Post
  end
end

defmodule Post do
  use Ecto.Schema

  @schema_prefix "blog"
  @schema_context :ctx
  @timestamps_opts [type: :utc_datetime]
  @foreign_key_type :binary_id
  schema "posts" do
    field :title
    field :body, :string, default: "empty", source: :content
    field :count, :integer, read_after_writes: true
    field :temp, Temp, autogenerate: true
    field :opt, Opt, prefix: "p", autogenerate: true
    field :stamp, :string, autogenerate: {String, :upcase, ["x"]}
    field :virtual, :any, virtual: true
    field :secret, :string, redact: true
    field :once, :string, writable: :insert
    field :never, :string, writable: :never, load_in_query: false
    belongs_to :author, Author, on_replace: :delete
    belongs_to :editor, Author, foreign_key: :ed, type: :integer, references: :name
    belongs_to :bare, Author, define_field: false, foreign_key: :count
    has_many :comments, Comment, on_delete: :delete_all, defaults: [body: "d"]
    many_to_many :tags, Tag, join_through: "posts_tags"
    embeds_one :address, Address

    embeds_many :lines, Line, on_replace: :delete do
      field :text
      field :n, :integer
    end

    embeds_one :meta, Meta, primary_key: false do
      field :k
    end

    timestamps(inserted_at: :created)
  end
end

defmodule Emb do
  use Ecto.Schema

  embedded_schema do
    field :a, :integer
    field :d, :date
    field :e, Ecto.Enum, values: [:x, :y], embed_as: :dumped
    embeds_one :address, Address
    embeds_many :all, Address
    timestamps(updated_at: false)
  end
end

defmodule Hidden do
  use Ecto.Schema

  @schema_redact :all_except_primary_keys
  schema "hidden" do
    field :a
    field :b, :string, redact: false
  end
end

defmodule Shown do
  use Ecto.Schema

  @derive_inspect_for_redacted_fields false
  schema "shown" do
    field :a, :string, redact: true
  end
end

defmodule Derived do
  use Ecto.Schema

  @derive {Inspect, only: [:b]}
  @derive {JSON.Encoder, only: [:b]}
  schema "derived" do
    field :a, :string, redact: true
    field :b
  end
end

defmodule Keys do
  use Ecto.Schema

  @primary_key {:code, :string, autogenerate: false}
  schema "keys" do
    field :part, :integer, primary_key: true
  end
end

defmodule Mapped do
  use Ecto.Schema

  @field_source_mapper &String.to_atom("c_" <> Atom.to_string(&1))
  schema "mapped" do
    field :a
  end
end

# run

%Post{}
#=> #Post<__meta__: #Ecto.Schema.Metadata<:built, "blog", "posts", :ctx>, id: nil, title: nil, body: "empty", count: nil, temp: nil, opt: nil, stamp: nil, virtual: nil, once: nil, never: nil, author_id: nil, author: #Ecto.Association.NotLoaded<association :author is not loaded>, ed: nil, editor: #Ecto.Association.NotLoaded<association :editor is not loaded>, bare: #Ecto.Association.NotLoaded<association :bare is not loaded>, comments: #Ecto.Association.NotLoaded<association :comments is not loaded>, tags: #Ecto.Association.NotLoaded<association :tags is not loaded>, address: nil, lines: [], meta: nil, created: nil, updated_at: nil, ...>

inspect(%Post{}, pretty: true)
#=> "#Post<\n  __meta__: #Ecto.Schema.Metadata<:built, \"blog\", \"posts\", :ctx>,\n  id: nil,\n  title: nil,\n  body: \"empty\",\n  count: nil,\n  temp: nil,\n  opt: nil,\n  stamp: nil,\n  virtual: nil,\n  once: nil,\n  never: nil,\n  author_id: nil,\n  author: #Ecto.Association.NotLoaded<association :author is not loaded>,\n  ed: nil,\n  editor: #Ecto.Association.NotLoaded<association :editor is not loaded>,\n  bare: #Ecto.Association.NotLoaded<association :bare is not loaded>,\n  comments: #Ecto.Association.NotLoaded<association :comments is not loaded>,\n  tags: #Ecto.Association.NotLoaded<association :tags is not loaded>,\n  address: nil,\n  lines: [],\n  meta: nil,\n  created: nil,\n  updated_at: nil,\n  ...\n>"

%Emb{}
#=> %Emb{id: nil, a: nil, d: nil, e: nil, address: nil, all: [], inserted_at: nil}

%Address{}
#=> %Address{street: nil, zip: nil}

inspect(%Hidden{a: "1", b: "2"})
#=> "#Hidden<__meta__: #Ecto.Schema.Metadata<:built, \"hidden\">, id: nil, b: \"2\", ...>"

inspect(%Shown{a: "1"})
#=> "%Shown{__meta__: #Ecto.Schema.Metadata<:built, \"shown\">, id: nil, a: \"1\"}"

inspect(%Derived{a: "1", b: "2"})
#=> "#Derived<b: \"2\", ...>"

inspect(%Post{}.author)
#=> "#Ecto.Association.NotLoaded<association :author is not loaded>"

%Post{}.__meta__
#=> #Ecto.Schema.Metadata<:built, "blog", "posts", :ctx>

Map.from_struct(%Post{}.__meta__)
#=> %{context: :ctx, prefix: "blog", schema: Post, source: "posts", state: :built}

Map.from_struct(%Post{}.comments)
#=> %{__cardinality__: :many, __field__: :comments, __owner__: Post}

%Post.Line{text: "x"}
#=> %Post.Line{id: nil, text: "x", n: nil}

%Post.Meta{}
#=> %Post.Meta{k: nil}

inspect(%Keys{})
#=> "%Keys{__meta__: #Ecto.Schema.Metadata<:built, \"keys\">, code: nil, part: nil}"

Map.keys(%Post{})
#=> [:__meta__, :__struct__, :address, :author, :author_id, :bare, :body, :comments, :count, :created, :ed, :editor, :id, :lines, :meta, :never, :once, :opt, :secret, :stamp, :tags, :temp, :title, :updated_at, :virtual]

Post.__schema__(:source)
#=> "posts"

Post.__schema__(:prefix)
#=> "blog"

Post.__schema__(:fields)
#=> [:id, :title, :body, :count, :temp, :opt, :stamp, :secret, :once, :never, :author_id, :ed, :address, :lines, :meta, :created, :updated_at]

Post.__schema__(:virtual_fields)
#=> [:virtual]

Post.__schema__(:associations)
#=> [:author, :editor, :bare, :comments, :tags]

Post.__schema__(:embeds)
#=> [:address, :lines, :meta]

Post.__schema__(:primary_key)
#=> [:id]

Post.__schema__(:redact_fields)
#=> [:secret]

Post.__schema__(:read_after_writes)
#=> [:count]

Post.__schema__(:autogenerate_id)
#=> {:id, :id, :id}

Post.__schema__(:autogenerate)
#=> [{[:temp], {Temp, :autogenerate, []}}, {[:opt], {Opt, :autogenerate, [%{autogenerate: true, field: :opt, prefix: "p", schema: Post}]}}, {[:stamp], {String, :upcase, ["x"]}}, {[:created, :updated_at], {Ecto.Schema, :__timestamps__, [:utc_datetime]}}]

Post.__schema__(:autoupdate)
#=> [{[:updated_at], {Ecto.Schema, :__timestamps__, [:utc_datetime]}}]

Post.__schema__(:autogenerate_fields)
#=> [:temp, :opt, :stamp, :created, :updated_at]

Post.__schema__(:query_fields)
#=> [:id, :title, :body, :count, :temp, :opt, :stamp, :secret, :once, :author_id, :ed, :address, :lines, :meta, :created, :updated_at]

Post.__schema__(:dump)
#=> %{address: {:address, {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :one, field: :address, owner: Post, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, :always}, author_id: {:author_id, :binary_id, :always}, body: {:content, :string, :always}, count: {:count, :integer, :always}, created: {:created, :utc_datetime, :always}, ed: {:ed, :integer, :always}, id: {:id, :id, :always}, lines: {:lines, {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :many, field: :lines, owner: Post, related: Post.Line, on_cast: nil, on_replace: :delete, unique: true, ordered: true}}}, :always}, meta: {:meta, {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :one, field: :meta, owner: Post, related: Post.Meta, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, :always}, never: {:never, :string, :never}, once: {:once, :string, :insert}, opt: {:opt, {:parameterized, {Opt, %{autogenerate: true, field: :opt, prefix: "p", schema: Post}}}, :always}, secret: {:secret, :string, :always}, stamp: {:stamp, :string, :always}, temp: {:temp, Temp, :always}, title: {:title, :string, :always}, updated_at: {:updated_at, :utc_datetime, :always}}

Post.__schema__(:load)
#=> [id: :id, title: :string, body: {:source, :content, :string}, count: :integer, temp: Temp, opt: {:parameterized, {Opt, %{autogenerate: true, field: :opt, prefix: "p", schema: Post}}}, stamp: :string, secret: :string, once: :string, never: :string, author_id: :binary_id, ed: :integer, address: {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :one, field: :address, owner: Post, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, lines: {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :many, field: :lines, owner: Post, related: Post.Line, on_cast: nil, on_replace: :delete, unique: true, ordered: true}}}, meta: {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :one, field: :meta, owner: Post, related: Post.Meta, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, created: :utc_datetime, updated_at: :utc_datetime]

Post.__schema__(:updatable_fields)
#=> {[:updated_at, :created, :meta, :lines, :address, :ed, :author_id, :secret, :stamp, :opt, :temp, :count, :body, :title, :id], [:never, :once]}

Post.__schema__(:insertable_fields)
#=> {[:updated_at, :created, :meta, :lines, :address, :ed, :author_id, :once, :secret, :stamp, :opt, :temp, :count, :body, :title, :id], [:never]}

Post.__schema__(:nope)
#=> ** (FunctionClauseError) no function clause matching in Post.__schema__/1

Emb.__schema__(:source)
#=> nil

Emb.__schema__(:fields)
#=> [:id, :a, :d, :e, :address, :all, :inserted_at]

Emb.__schema__(:primary_key)
#=> [:id]

Emb.__schema__(:autogenerate_id)
#=> {:id, :id, :binary_id}

Emb.__schema__(:autogenerate)
#=> [{[:inserted_at], {Ecto.Schema, :__timestamps__, [:naive_datetime]}}]

Emb.__schema__(:dump)
#=> %{a: {:a, :integer, :always}, address: {:address, {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :one, field: :address, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, :always}, all: {:all, {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :many, field: :all, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, :always}, d: {:d, :date, :always}, e: {:e, {:parameterized, {Ecto.Enum, %{embed_as: :dump, mappings: [x: "x", y: "y"], on_cast: %{"x" => :x, "y" => :y}, on_dump: %{x: "x", y: "y"}, on_load: %{"x" => :x, "y" => :y}, type: :string}}}, :always}, id: {:id, :binary_id, :always}, inserted_at: {:inserted_at, :naive_datetime, :always}}

Emb.__schema__(:load)
#=> [id: :binary_id, a: :integer, d: :date, e: {:parameterized, {Ecto.Enum, %{embed_as: :dump, mappings: [x: "x", y: "y"], on_cast: %{"x" => :x, "y" => :y}, on_dump: %{x: "x", y: "y"}, on_load: %{"x" => :x, "y" => :y}, type: :string}}}, address: {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :one, field: :address, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, all: {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :many, field: :all, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}}, inserted_at: :naive_datetime]

Emb.__schema__(:redact_fields)
#=> []

Emb.__schema__(:prefix)
#=> nil

Keys.__schema__(:source)
#=> "keys"

Keys.__schema__(:fields)
#=> [:code, :part]

Keys.__schema__(:primary_key)
#=> [:code, :part]

Keys.__schema__(:autogenerate_id)
#=> nil

Keys.__schema__(:autogenerate)
#=> []

Keys.__schema__(:dump)
#=> %{code: {:code, :string, :always}, part: {:part, :integer, :always}}

Keys.__schema__(:load)
#=> [code: :string, part: :integer]

Keys.__schema__(:redact_fields)
#=> []

Keys.__schema__(:prefix)
#=> nil

Mapped.__schema__(:source)
#=> "mapped"

Mapped.__schema__(:fields)
#=> [:id, :a]

Mapped.__schema__(:primary_key)
#=> [:id]

Mapped.__schema__(:autogenerate_id)
#=> {:id, :c_id, :id}

Mapped.__schema__(:autogenerate)
#=> []

Mapped.__schema__(:dump)
#=> %{a: {:c_a, :string, :always}, id: {:c_id, :id, :always}}

Mapped.__schema__(:load)
#=> [id: {:source, :c_id, :id}, a: {:source, :c_a, :string}]

Mapped.__schema__(:redact_fields)
#=> []

Mapped.__schema__(:prefix)
#=> nil

Address.__schema__(:source)
#=> nil

Address.__schema__(:fields)
#=> [:street, :zip]

Address.__schema__(:primary_key)
#=> []

Address.__schema__(:autogenerate_id)
#=> nil

Address.__schema__(:autogenerate)
#=> []

Address.__schema__(:dump)
#=> %{street: {:street, :string, :always}, zip: {:plz, :integer, :always}}

Address.__schema__(:load)
#=> [street: :string, zip: {:source, :plz, :integer}]

Address.__schema__(:redact_fields)
#=> []

Address.__schema__(:prefix)
#=> nil

Author.__schema__(:source)
#=> "authors"

Author.__schema__(:fields)
#=> [:id, :name]

Author.__schema__(:primary_key)
#=> [:id]

Author.__schema__(:autogenerate_id)
#=> {:id, :id, :id}

Author.__schema__(:autogenerate)
#=> []

Author.__schema__(:dump)
#=> %{id: {:id, :id, :always}, name: {:name, :string, :always}}

Author.__schema__(:load)
#=> [id: :id, name: :string]

Author.__schema__(:redact_fields)
#=> []

Author.__schema__(:prefix)
#=> nil

Hidden.__schema__(:source)
#=> "hidden"

Hidden.__schema__(:fields)
#=> [:id, :a, :b]

Hidden.__schema__(:primary_key)
#=> [:id]

Hidden.__schema__(:autogenerate_id)
#=> {:id, :id, :id}

Hidden.__schema__(:autogenerate)
#=> []

Hidden.__schema__(:dump)
#=> %{a: {:a, :string, :always}, b: {:b, :string, :always}, id: {:id, :id, :always}}

Hidden.__schema__(:load)
#=> [id: :id, a: :string, b: :string]

Hidden.__schema__(:redact_fields)
#=> [:a]

Hidden.__schema__(:prefix)
#=> nil

Post.__schema__(:type, :title)
#=> :string

Post.__schema__(:type, :author_id)
#=> :binary_id

Post.__schema__(:type, :ed)
#=> :integer

Post.__schema__(:type, :opt)
#=> {:parameterized, {Opt, %{autogenerate: true, field: :opt, prefix: "p", schema: Post}}}

Post.__schema__(:type, :lines)
#=> {:parameterized, {Ecto.Embedded, %Ecto.Embedded{cardinality: :many, field: :lines, owner: Post, related: Post.Line, on_cast: nil, on_replace: :delete, unique: true, ordered: true}}}

Post.__schema__(:type, :virtual)
#=> nil

Post.__schema__(:type, :nope)
#=> nil

Post.__schema__(:virtual_type, :virtual)
#=> :any

Post.__schema__(:field_source, :body)
#=> :content

Post.__schema__(:field_source, :title)
#=> :title

Post.__schema__(:field_source, :nope)
#=> nil

Post.__schema__(:association, :author)
#=> %Ecto.Association.BelongsTo{field: :author, owner: Post, related: Author, owner_key: :author_id, related_key: :id, queryable: Author, on_cast: nil, on_replace: :delete, where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true}

Post.__schema__(:association, :editor)
#=> %Ecto.Association.BelongsTo{field: :editor, owner: Post, related: Author, owner_key: :ed, related_key: :name, queryable: Author, on_cast: nil, on_replace: :raise, where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true}

Post.__schema__(:association, :comments)
#=> %Ecto.Association.Has{cardinality: :many, field: :comments, owner: Post, related: Comment, owner_key: :id, related_key: :post_id, on_cast: nil, queryable: Comment, on_delete: :delete_all, on_replace: :raise, where: [], unique: true, defaults: [body: "d"], relationship: :child, preload_order: []}

Post.__schema__(:association, :tags)
#=> %Ecto.Association.ManyToMany{field: :tags, owner: Post, related: Tag, owner_key: :id, queryable: Tag, on_delete: :nothing, on_replace: :raise, join_keys: [post_id: :id, tag_id: :id], join_through: "posts_tags", on_cast: nil, on_join_through_conflict: :raise, where: [], join_where: [], defaults: [], join_defaults: [], relationship: :child, cardinality: :many, unique: false, preload_order: []}

Post.__schema__(:association, :nope)
#=> nil

Post.__schema__(:embed, :lines)
#=> %Ecto.Embedded{cardinality: :many, field: :lines, owner: Post, related: Post.Line, on_cast: nil, on_replace: :delete, unique: true, ordered: true}

Post.__schema__(:embed, :address)
#=> %Ecto.Embedded{cardinality: :one, field: :address, owner: Post, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}

Post.__schema__(:embed, :nope)
#=> nil

Post.__schema__(:on_writable_violation, :title)
#=> :nothing

Author.__schema__(:association, :comments)
#=> %Ecto.Association.HasThrough{cardinality: :many, field: :comments, owner: Author, owner_key: :id, through: [:posts, :comments], on_cast: nil, relationship: :child, unique: true}

Author.__schema__(:association, :first_post)
#=> %Ecto.Association.Has{cardinality: :one, field: :first_post, owner: Author, related: Post, owner_key: :id, related_key: :writer_id, on_cast: nil, queryable: Post, on_delete: :nothing, on_replace: :raise, where: [public: true], unique: true, defaults: [], relationship: :child, preload_order: []}

Post.__changeset__()
#=> %{address: {:embed, %Ecto.Embedded{cardinality: :one, field: :address, owner: Post, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}, author: {:assoc, %Ecto.Association.BelongsTo{field: :author, owner: Post, related: Author, owner_key: :author_id, related_key: :id, queryable: Author, on_cast: nil, on_replace: :delete, where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true}}, author_id: :binary_id, bare: {:assoc, %Ecto.Association.BelongsTo{field: :bare, owner: Post, related: Author, owner_key: :count, related_key: :id, queryable: Author, on_cast: nil, on_replace: :raise, where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true}}, body: :string, comments: {:assoc, %Ecto.Association.Has{cardinality: :many, field: :comments, owner: Post, related: Comment, owner_key: :id, related_key: :post_id, on_cast: nil, queryable: Comment, on_delete: :delete_all, on_replace: :raise, where: [], unique: true, defaults: [body: "d"], relationship: :child, preload_order: []}}, count: :integer, created: :utc_datetime, ed: :integer, editor: {:assoc, %Ecto.Association.BelongsTo{field: :editor, owner: Post, related: Author, owner_key: :ed, related_key: :name, queryable: Author, on_cast: nil, on_replace: :raise, where: [], defaults: [], cardinality: :one, relationship: :parent, unique: true}}, id: :id, lines: {:embed, %Ecto.Embedded{cardinality: :many, field: :lines, owner: Post, related: Post.Line, on_cast: nil, on_replace: :delete, unique: true, ordered: true}}, meta: {:embed, %Ecto.Embedded{cardinality: :one, field: :meta, owner: Post, related: Post.Meta, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}, never: :string, once: :string, opt: {:parameterized, {Opt, %{autogenerate: true, field: :opt, prefix: "p", schema: Post}}}, secret: :string, stamp: :string, tags: {:assoc, %Ecto.Association.ManyToMany{field: :tags, owner: Post, related: Tag, owner_key: :id, queryable: Tag, on_delete: :nothing, on_replace: :raise, join_keys: [post_id: :id, tag_id: :id], join_through: "posts_tags", on_cast: nil, on_join_through_conflict: :raise, where: [], join_where: [], defaults: [], join_defaults: [], relationship: :child, cardinality: :many, unique: false, preload_order: []}}, temp: Temp, title: :string, updated_at: :utc_datetime, virtual: :any}

Emb.__changeset__()
#=> %{a: :integer, address: {:embed, %Ecto.Embedded{cardinality: :one, field: :address, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}, all: {:embed, %Ecto.Embedded{cardinality: :many, field: :all, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}}, d: :date, e: {:parameterized, {Ecto.Enum, %{embed_as: :dump, mappings: [x: "x", y: "y"], on_cast: %{"x" => :x, "y" => :y}, on_dump: %{x: "x", y: "y"}, on_load: %{"x" => :x, "y" => :y}, type: :string}}}, id: :binary_id, inserted_at: :naive_datetime}

%{Post.__schema__(:loaded) | comments: nil}.__meta__
#=> #Ecto.Schema.Metadata<:loaded, "blog", "posts", :ctx>

Emb.__schema__(:loaded)
#=> %Emb{id: nil, a: nil, d: nil, e: nil, address: nil, all: [], inserted_at: nil}

Post.Line.__schema__(:fields)
#=> [:id, :text, :n]

Post.Meta.__schema__(:primary_key)
#=> []

Mapped.__schema__(:field_source, :a)
#=> :c_a

Ecto.primary_key(%Post{id: 3})
#=> [id: 3]

Ecto.primary_key(%Address{})
#=> []

Ecto.primary_key!(%Address{})
#=> ** (Ecto.NoPrimaryKeyFieldError) schema `Address` has no primary key

Ecto.primary_key(%Keys{code: "a", part: 2})
#=> [code: "a", part: 2]

Ecto.get_meta(%Post{}, :source)
#=> "posts"

Ecto.get_meta(%Post{}, :state)
#=> :built

Ecto.get_meta(%Post{}, :prefix)
#=> "blog"

Ecto.get_meta(%Post{}, :context)
#=> :ctx

Ecto.put_meta(%Post{}, state: :loaded, source: "x", prefix: "p", context: 1).__meta__
#=> #Ecto.Schema.Metadata<:loaded, "p", "x", 1>

Ecto.put_meta(%Post{}, state: :odd)
#=> ** (ArgumentError) invalid state :odd

Ecto.put_meta(%Post{}, foo: 1)
#=> ** (ArgumentError) unknown meta key :foo

Ecto.assoc_loaded?(%Post{}.comments)
#=> false

Ecto.assoc_loaded?([])
#=> true

Ecto.assoc_loaded?(nil)
#=> true

Ecto.build_assoc(%Author{id: 4}, :posts).author_id
#=> 4

Ecto.build_assoc(%Author{id: 4}, :posts, title: "t").title
#=> "t"

Ecto.build_assoc(%Post{id: 4}, :comments, %{body: "b"})
#=> %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: "b", post_id: 4, post: #Ecto.Association.NotLoaded<association :post is not loaded>}

Ecto.build_assoc(%Post{id: 4}, :comments)
#=> %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: "d", post_id: 4, post: #Ecto.Association.NotLoaded<association :post is not loaded>}

Ecto.build_assoc(%Author{id: 4}, :comments)
#=> ** (ArgumentError) cannot build through association `:comments` for Author. Instead build the intermediate steps explicitly.

Ecto.build_assoc(%Author{id: 4}, :nope)
#=> ** (ArgumentError) schema Author does not have association :nope

Ecto.build_assoc(%Post{}, :author, %Author{name: "n", id: 2}).name
#=> "n"

Ecto.reset_fields(%Post{body: "x", title: "y"}, [:body]).body
#=> "empty"

Ecto.embedded_dump(%Emb{a: 1, e: :x, d: ~D[2026-01-01], address: %Address{zip: 1}, all: [%Address{street: "s"}]}, :json)
#=> %{a: 1, address: %{plz: 1, street: nil}, all: [%{plz: nil, street: "s"}], d: ~D[2026-01-01], e: "x", id: nil, inserted_at: nil}

Ecto.embedded_load(Emb, %{"a" => "1", "d" => "2026-01-01", "e" => "x", "address" => %{"street" => "s", "plz" => 2}, "all" => []}, :json)
#=> %Emb{id: nil, a: 1, d: ~D[2026-01-01], e: :x, address: %Address{street: "s", zip: 2}, all: [], inserted_at: nil}

Ecto.embedded_load(Emb, %{"a" => "x"}, :json)
#=> ** (ArgumentError) cannot load `"x"` as type :integer for field `a` in schema Emb

Ecto.embedded_load(%{a: :integer}, %{"a" => 1}, :json)
#=> ** (ArgumentError) you attempted to apply a function on %{a: :integer}. Modules (the first argument of apply) must always be an atom

Ecto.embedded_load(Emb, %{address: 1}, :json)
#=> ** (ArgumentError) cannot load `1` as type #Ecto.Embedded<%Ecto.Embedded{cardinality: :one, field: :address, owner: Emb, related: Address, on_cast: nil, on_replace: :raise, unique: true, ordered: true}> for field `address` in schema Emb

Ecto.embedded_load(Emb, %{all: [1]}, :json)
#=> ** (ArgumentError) cannot load embed `all`, expected a map but got: 1

Ecto.embedded_dump(%Emb{address: %{}}, :json)
#=> ** (ArgumentError) cannot dump embed `address`, expected a struct Address value but got: %{}

Ecto.embedded_dump(%Emb{all: [1]}, :json)
#=> ** (ArgumentError) cannot dump embed `all`, expected a list of Address struct values but got: 1

Ecto.embedded_dump(%Emb{e: :z}, :json)
#=> ** (ArgumentError) cannot dump `:z` as type #Ecto.Enum<values: [:x, :y]> for field `e` in schema Emb

%DateTime{microsecond: {0, 0}} = Ecto.Schema.__timestamps__(:utc_datetime)
:ok
#=> :ok

%NaiveDateTime{microsecond: {_, 6}} = Ecto.Schema.__timestamps__(:naive_datetime_usec)
:ok
#=> :ok

JSON.encode!(%Derived{b: "x"})
#=> "{\"b\":\"x\"}"

JSON.encode!(%{x: %Post{}.comments})
#=> ** (RuntimeError) cannot encode association :comments from Post to JSON because the association was not loaded.
#=>
#=> You can either preload the association:
#=>
#=>     Repo.preload(Post, :comments)
#=>
#=> Or choose to not encode the association when converting the struct to JSON by explicitly listing the JSON fields in your schema:
#=>
#=>     defmodule Post do
#=>       # ...
#=>
#=>       @derive {JSON.Encoder, only: [:name, :title, ...]}
#=>       schema ... do
#=>
#=> You can also use the :except option instead of :only if you would prefer to skip some fields.

JSON.encode!(%{x: %Post{}.__meta__})
#=> ** (RuntimeError) cannot encode metadata from the :__meta__ field for Post to JSON. This metadata is used internally by Ecto and should never be exposed externally.
#=>
#=> You can either map the schemas to remove the :__meta__ field before encoding or explicitly list the JSON fields in your schema:
#=>
#=>     defmodule Post do
#=>       # ...
#=>
#=>       @derive {JSON.Encoder, only: [:name, :title, ...]}
#=>       schema ... do
#=>
#=> You can also use the :except option instead of :only if you would prefer to skip some fields.

Jason.encode!(%{x: %Post{}.comments})
#=> ** (RuntimeError) cannot encode association :comments from Post to JSON because the association was not loaded.
#=>
#=> You can either preload the association:
#=>
#=>     Repo.preload(Post, :comments)
#=>
#=> Or choose to not encode the association when converting the struct to JSON by explicitly listing the JSON fields in your schema:
#=>
#=>     defmodule Post do
#=>       # ...
#=>
#=>       @derive {Jason.Encoder, only: [:name, :title, ...]}
#=>       schema ... do
#=>
#=> You can also use the :except option instead of :only if you would prefer to skip some fields.

Jason.encode!(%{x: Decimal.new("1.50")})
#=> "{\"x\":\"1.50\"}"

JSON.encode!(%{x: Decimal.new("1.50")})
#=> "{\"x\":\"1.50\"}"

defmodule Bad1 do
  use Ecto.Schema
  schema "x" do
    field :a, :datetime
  end
end
#=> ** (ArgumentError) invalid type :datetime for field :a. You probably meant to choose one between :naive_datetime (no time zone information) or :utc_datetime (time zone is set to UTC)

defmodule Bad2 do
  use Ecto.Schema
  schema "x" do
    field :a, :unknown
  end
end
#=> ** (ArgumentError) unknown type :unknown for field :a

defmodule Bad3 do
  use Ecto.Schema
  schema "x" do
    field :a, "x"
  end
end
#=> ** (ArgumentError) invalid type "x" for field :a

defmodule Bad4 do
  use Ecto.Schema
  schema "x" do
    field :a, {:list, :integer}
  end
end
#=> ** (ArgumentError) invalid or unknown composite {:list, :integer} for field :a. Did you mean to use :array or :map as first element of the tuple instead?

defmodule Bad5 do
  use Ecto.Schema
  schema "x" do
    field :a, {:array, :nope}
  end
end
#=> ** (ArgumentError) unknown type :nope for field :a

defmodule Bad6 do
  use Ecto.Schema
  schema "x" do
    field :a, Nope
  end
end
#=> ** (ArgumentError) unknown type Nope for field :a

defmodule Bad7 do
  use Ecto.Schema
  schema "x" do
    field :a, String
  end
end
#=> ** (ArgumentError) module String given as type for field :a is not an Ecto.Type/Ecto.ParameterizedType

defmodule Bad8 do
  use Ecto.Schema
  schema "x" do
    field :a, Tag
  end
end
#=> ** (ArgumentError) schema Tag is not a valid type for field :a. Did you mean to use belongs_to, has_one, has_many, embeds_one, or embeds_many instead?

defmodule Bad9 do
  use Ecto.Schema
  schema "x" do
    field :a, :any
  end
end
#=> ** (ArgumentError) only virtual fields can have type :any, invalid type for field :a

defmodule Bad10 do
  use Ecto.Schema
  schema "x" do
    field :a, :string, foo: 1
  end
end
#=> ** (ArgumentError) invalid option :foo for field/3

defmodule Bad11 do
  use Ecto.Schema
  schema "x" do
    field :a, :integer, default: "x"
  end
end
#=> ** (ArgumentError) value "x" is invalid for type :integer, can't set default

defmodule Bad12 do
  use Ecto.Schema
  schema "x" do
    field :a, {:array, :integer}, default: ["x"]
  end
end
#=> ** (ArgumentError) value ["x"] is invalid for type {:array, :integer}, can't set default

defmodule Bad13 do
  use Ecto.Schema
  schema "x" do
    field :a
    field :a
  end
end
#=> ** (ArgumentError) field/association :a already exists on schema, you must either remove the duplication or choose a different name

defmodule Bad14 do
  use Ecto.Schema
  schema "x" do
    field :id
  end
end
#=> ** (ArgumentError) field/association :id already exists on schema, you must either remove the duplication or choose a different name

defmodule Bad15 do
  use Ecto.Schema
  schema "x" do
    field :a, :string, source: "x"
  end
end
#=> ** (ArgumentError) the :source for field `a` must be an atom, got: "x"

defmodule Bad16 do
  use Ecto.Schema
  schema "x" do
    field :a, :id, autogenerate: true
  end
end
#=> ** (ArgumentError) only primary keys allow :autogenerate for type :id, field :a is not a primary key

defmodule Bad17 do
  use Ecto.Schema
  schema "x" do
    field :a, :string, autogenerate: true
  end
end
#=> ** (ArgumentError) field :a does not support :autogenerate because it uses a primitive type :string

defmodule Bad18 do
  use Ecto.Schema
  schema "x" do
    field :a, Ecto.Enum, values: [:a], autogenerate: true
  end
end
#=> ** (ArgumentError) field :a does not support :autogenerate because it uses a parameterized type #Ecto.Enum<values: [:a]> that does not define autogenerate/1

defmodule Bad19 do
  use Ecto.Schema
  schema "x" do
    field :a, Address
  end
end
#=> ** (ArgumentError) schema Address is not a valid type for field :a. Did you mean to use belongs_to, has_one, has_many, embeds_one, or embeds_many instead?

defmodule Bad20 do
  use Ecto.Schema
  schema "x" do
    field :a, :binary_id, autogenerate: {A, :b, []}
  end
end
#=> ** (ArgumentError) :autogenerate with {m, f, a} not supported by ID types

defmodule Bad21 do
  use Ecto.Schema
  schema "x" do
    field :a, :string, autogenerate: {A, :b, []}, read_after_writes: true
  end
end
#=> ** (ArgumentError) cannot mark the same field as autogenerate and read_after_writes

defmodule Bad22 do
  use Ecto.Schema
  schema "x" do
    field :a, :string, autogenerate: {A, :b, []}, writable: :never
  end
end
#=> ** (ArgumentError) autogenerated fields must always be writable

defmodule Bad23 do
  use Ecto.Schema
  schema "x" do
    timestamps(inserted_at_writable: :never)
  end
end
#=> ** (ArgumentError) :inserted_at_writable option cannot be set to :never as `inserted_at` will never be populated

defmodule Bad24 do
  use Ecto.Schema
  schema "x" do
    belongs_to :a, Tag, foreign_key: :a
  end
end
#=> ** (ArgumentError) foreign_key :a must be distinct from corresponding association name

defmodule Bad25 do
  use Ecto.Schema
  schema "x" do
    belongs_to :a, Tag, foo: 1
  end
end
#=> ** (ArgumentError) invalid option :foo for belongs_to/3

defmodule Bad26 do
  use Ecto.Schema
  schema "x" do
    belongs_to :a, "x"
  end
end
#=> ** (ArgumentError) association :a queryable must be a schema or a {source, schema}. got: "x"

defmodule Bad27 do
  use Ecto.Schema
  schema "x" do
    belongs_to :a, Tag, on_replace: :odd
  end
end
#=> ** (ArgumentError) invalid `:on_replace` option for :a. The only valid options are: `:raise`, `:mark_as_invalid`, `:delete`, `:delete_if_exists`, `:nilify`, `:update`

defmodule Bad28 do
  use Ecto.Schema
  schema "x" do
    belongs_to :a, Tag, defaults: 1
  end
end
#=> ** (ArgumentError) expected defaults for :a to be a keyword list or a {module, fun, args} tuple, got: `1`

defmodule Bad29 do
  use Ecto.Schema
  schema "x" do
    belongs_to :a, Tag, where: 1
  end
end
#=> ** (ArgumentError) expected `:where` for :a to be a keyword list, got: `1`

defmodule Bad30 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, foo: 1
  end
end
#=> ** (ArgumentError) invalid option :foo for has_many/3

defmodule Bad31 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, references: :nope
  end
end
#=> ** (ArgumentError) schema does not have the field :nope used by association :a, please set the :references option accordingly

defmodule Bad32 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, on_delete: :odd
  end
end
#=> ** (ArgumentError) invalid :on_delete option for :a. The only valid options are: `:nothing`, `:nilify_all`, `:delete_all`

defmodule Bad33 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, on_replace: :odd
  end
end
#=> ** (ArgumentError) invalid `:on_replace` option for :a. The only valid options are: `:raise`, `:mark_as_invalid`, `:delete`, `:delete_if_exists`, `:nilify`

defmodule Bad34 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, through: [:a, :b]
  end
end
#=> ** (ArgumentError) invalid association :a. When using the :through option, the schema should not be passed as second argument

defmodule Bad35 do
  use Ecto.Schema
  schema "x" do
    has_many :a, through: [:a]
  end
end
#=> ** (ArgumentError) :through expects a list with at least two entries: the association in the current module and one step through, got: [:a]

defmodule Bad36 do
  use Ecto.Schema
  schema "x" do
    has_many :a, through: [:nope, :b]
  end
end
#=> ** (ArgumentError) schema does not have the association :nope used by association :a, please ensure the association exists and is defined before the :through one

defmodule Bad37 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, preload_order: [1]
  end
end
#=> ** (ArgumentError) expected `:preload_order` for :a to be a keyword list or a list of atoms/fields, got: `[1]`, `1` is not valid

defmodule Bad38 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, preload_order: [odd: :id]
  end
end
#=> ** (ArgumentError) expected `:preload_order` for :a to be a keyword list or a list of atoms/fields, got: `[odd: :id]`, `:odd` is not a valid direction

defmodule Bad39 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, preload_order: 1
  end
end
#=> ** (ArgumentError) expected `:preload_order` for :a to be a keyword list, a list of atoms/fields or a {Mod, fun, args} tuple, got: `1`

defmodule Bad40 do
  use Ecto.Schema
  schema "x" do
    has_one :a, Tag, preload_order: [:id]
  end
end
#=> ** (ArgumentError) invalid option :preload_order for has_one/3

defmodule Bad41 do
  use Ecto.Schema
  schema "x" do
    has_one :a, Tag, on_replace: :odd
  end
end
#=> ** (ArgumentError) invalid `:on_replace` option for :a. The only valid options are: `:raise`, `:mark_as_invalid`, `:delete`, `:delete_if_exists`, `:nilify`

defmodule Bad42 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, where: 1
  end
end
#=> ** (ArgumentError) expected `:where` for :a to be a keyword list, got: `1`

defmodule Bad43 do
  use Ecto.Schema
  schema "x" do
    has_many :a, Tag, defaults: {1, 2}
  end
end
#=> ** (ArgumentError) expected defaults for :a to be a keyword list or a {module, fun, args} tuple, got: `{1, 2}`

defmodule Bad44 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, []
  end
end
#=> ** (ArgumentError) many_to_many :a associations require the :join_through option to be given

defmodule Bad45 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: 1
  end
end
#=> ** (ArgumentError) many_to_many :a associations require the :join_through option to be an atom (representing a schema) or a string (representing a table)

defmodule Bad46 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", join_keys: 1
  end
end
#=> ** (ArgumentError) many_to_many :a expect :join_keys to be a keyword list with two entries, the first being how the join table should reach the current schema and the second how the join table should reach the associated schema. For example: [bad46_id: :id, tag_id: :id]

defmodule Bad47 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", join_keys: [a_id: :nope, b_id: :id]
  end
end
#=> ** (ArgumentError) schema does not have the field :nope used by association :a, please set the :join_keys option accordingly

defmodule Bad48 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", on_join_through_conflict: :odd
  end
end
#=> ** (ArgumentError) expected `:on_join_through_conflict` to be one of `:raise` or `:nothing` in many-to-many association :a, got: `:odd`

defmodule Bad49 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", join_defaults: [a: 1]
  end
end
#=> ** (ArgumentError) :join_defaults has no effect for a :join_through without a schema

defmodule Bad50 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", on_delete: :nilify_all
  end
end
#=> ** (ArgumentError) invalid :on_delete option for :a. The only valid options are: `:nothing`, `:delete_all`

defmodule Bad51 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", join_where: 1
  end
end
#=> ** (ArgumentError) expected `:join_where` for :a to be a keyword list, got: `1`

defmodule Bad52 do
  use Ecto.Schema
  schema "x" do
    many_to_many :a, Tag, join_through: "x", foo: 1
  end
end
#=> ** (ArgumentError) invalid option :foo for many_to_many/3

defmodule Bad53 do
  use Ecto.Schema
  schema "x" do
    embeds_one :a, Address, foo: 1
  end
end
#=> ** (ArgumentError) invalid option :foo for embeds_one/3

defmodule Bad54 do
  use Ecto.Schema
  schema "x" do
    embeds_one :a, Address, on_replace: :odd
  end
end
#=> ** (ArgumentError) invalid `:on_replace` option for :a. The only valid options are: `:raise`, `:mark_as_invalid`, `:delete`, `:update`

defmodule Bad55 do
  use Ecto.Schema
  schema "x" do
    embeds_many :a, Address, on_replace: :update
  end
end
#=> ** (ArgumentError) invalid `:on_replace` option for :a. The only valid options are: `:raise`, `:mark_as_invalid`, `:delete`

defmodule Bad56 do
  use Ecto.Schema
  schema "x" do
    embeds_one :a, "x"
  end
end
#=> ** (ArgumentError) `embeds_one/3` expects `schema` to be a module name, but received "x"

defmodule Bad57 do
  use Ecto.Schema
  schema "x" do
    embeds_many :a, {:a, 1}
  end
end
#=> ** (ArgumentError) `embeds_many/3` expects `schema` to be a module name, but received {:a, 1}

defmodule Bad58 do
  use Ecto.Schema
  schema "x" do
    field :a, :string, primary_key: true, virtual: true
    field :b, {:map, :nope}
  end
end
#=> ** (ArgumentError) unknown type :nope for field :b

defmodule Bad59 do
  use Ecto.Schema
  schema :x do
    field :a
  end
end
#=> ** (ArgumentError) schema source must be a string, got: :x

defmodule Bad60 do
  use Ecto.Schema
  @primary_key :id
  schema "x" do
    field :a
  end
end
#=> ** (ArgumentError) @primary_key must be false or {name, type, opts}

defmodule Bad61 do
  use Ecto.Schema
  @primary_key false
  schema "x" do
    has_many :a, Tag
  end
end
#=> ** (ArgumentError) need to set :references option for association :a when schema has no primary key

defmodule Bad62 do
  use Ecto.Schema
  schema "x" do
    field :other, :id, primary_key: true, autogenerate: true
  end
end
#=> ** (ArgumentError) only one primary key with ID type may be marked as autogenerated

defmodule AnyHere do
  use Ecto.Schema
  embedded_schema do
    field :a, :any
  end
end
:ok
#=> :ok

try do
  defmodule Twice do
    use Ecto.Schema
    schema "a" do
      field :a
    end
    schema "b" do
      field :b
    end
  end
rescue
  error -> error.message =~ "schema already defined for "
end
#=> true

defmodule GoodDefault do
  use Ecto.Schema
  schema "a" do
    field :a, :integer, default: "x", skip_default_validation: true
  end
end
:ok
#=> :ok
