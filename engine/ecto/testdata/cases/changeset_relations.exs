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

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => %{"bio" => "new"}}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => %{"id" => "1", "bio" => "new"}}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :update, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => %{"id" => "1"}}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => %{"id" => "9", "bio" => "n"}}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "n"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => nil}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: nil}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => %{"id" => "1", "bio" => ""}}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :update, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => "x"}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profile: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => []}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => [bio: "kw"]}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "kw"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profile" => ["x"]}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profile: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{}, %{"profile" => %{"bio" => "new"}}, []) |> cast_embed(:profile)
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => %{"bio" => "new"}}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => %{"id" => "1", "bio" => "new"}}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> {%{strict: #Ecto.Changeset<action: :update, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => %{"id" => "1"}}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => %{"id" => "9", "bio" => "n"}}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => nil}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => %{"id" => "1", "bio" => ""}}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> {%{strict: #Ecto.Changeset<action: :update, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => "x"}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> {%{}, [strict: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => []}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => [bio: "kw"]}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict" => ["x"]}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> {%{}, [strict: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{}, %{"strict" => %{"bio" => "new"}}, []) |> cast_embed(:strict)
{c.changes, c.errors, c.valid?}
#=> {%{strict: #Ecto.Changeset<action: :insert, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => %{"bio" => "new"}}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => %{"id" => "1", "bio" => "new"}}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => %{"id" => "1"}}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => %{"id" => "9", "bio" => "n"}}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{bio: "n"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => nil}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: nil}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => %{"id" => "1", "bio" => ""}}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => "x"}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{}, [upd: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => []}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => [bio: "kw"]}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{bio: "kw"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"upd" => ["x"]}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{}, [upd: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{}, %{"upd" => %{"bio" => "new"}}, []) |> cast_embed(:upd)
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :insert, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => %{"bio" => "new"}}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => %{"id" => "1", "bio" => "new"}}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{inv: #Ecto.Changeset<action: :update, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => %{"id" => "1"}}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => %{"id" => "9", "bio" => "n"}}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => nil}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => %{"id" => "1", "bio" => ""}}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{inv: #Ecto.Changeset<action: :update, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => "x"}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => []}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => [bio: "kw"]}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"inv" => ["x"]}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [validation: :embed, type: :map]}], false}

c = cast(%User{}, %{"inv" => %{"bio" => "new"}}, []) |> cast_embed(:inv)
{c.changes, c.errors, c.valid?}
#=> {%{inv: #Ecto.Changeset<action: :insert, changes: %{bio: "new"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => []}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => []}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"id" => "1", "bio" => "n"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{bio: "n"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => [%{"id" => "1", "bio" => "n"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "n"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"id" => "1"}, %{"id" => "2"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{}, %{"profiles" => [%{"id" => "1"}, %{"id" => "2"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"id" => "2"}, %{"id" => "1"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => [%{"id" => "2"}, %{"id" => "1"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"bio" => "a"}, %{"id" => "1"}, %{"id" => "2"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => [%{"bio" => "a"}, %{"id" => "1"}, %{"id" => "2"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => %{"1" => %{"bio" => "b"}, "0" => %{"bio" => "a"}, "10" => %{"bio" => "c"}}}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "c"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => %{"1" => %{"bio" => "b"}, "0" => %{"bio" => "a"}, "10" => %{"bio" => "c"}}}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "c"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => %{"x" => %{"bio" => "b"}, "2" => %{"bio" => "a"}}}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => %{"x" => %{"bio" => "b"}, "2" => %{"bio" => "a"}}}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => "x"}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{}, %{"profiles" => "x"}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => nil}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{}, %{"profiles" => nil}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => ["x"]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{}, %{"profiles" => ["x"]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"id" => "1"}, %{"id" => "1", "bio" => "z"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "z"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => [%{"id" => "1"}, %{"id" => "1", "bio" => "z"}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "z"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"bio" => ""}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{}, %{"profiles" => [%{"bio" => ""}]}, []) |> cast_embed(:profiles)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => []}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict_many of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict_many. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => [%{"id" => "1", "bio" => "n"}]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict_many of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict_many. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => [%{"id" => "1"}, %{"id" => "2"}]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => [%{"id" => "2"}, %{"id" => "1"}]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> {%{strict_many: [#Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => [%{"bio" => "a"}, %{"id" => "1"}, %{"id" => "2"}]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> {%{strict_many: [#Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => %{"1" => %{"bio" => "b"}, "0" => %{"bio" => "a"}, "10" => %{"bio" => "c"}}}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict_many of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict_many. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => %{"x" => %{"bio" => "b"}, "2" => %{"bio" => "a"}}}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict_many of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict_many. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => "x"}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> {%{}, [strict_many: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => nil}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> {%{}, [strict_many: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => ["x"]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> {%{}, [strict_many: {"is invalid", [validation: :embed, type: {:array, :map}]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => [%{"id" => "1"}, %{"id" => "1", "bio" => "z"}]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict_many of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict_many. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"strict_many" => [%{"bio" => ""}]}, []) |> cast_embed(:strict_many)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict_many of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict_many. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = cast(%User{}, %{}, []) |> cast_embed(:profile, required: true)
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{}, [profile: {"can't be blank", [validation: :required]}], false, [:profile], []}

c = cast(%User{}, %{"profile" => nil}, []) |> cast_embed(:profile, required: true)
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{}, [profile: {"can't be blank", [validation: :required]}], false, [:profile], []}

c = cast(%User{}, %{}, []) |> cast_embed(:profile, required: true, required_message: "must be")
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{}, [profile: {"must be", [validation: :required]}], false, [:profile], []}

c = cast(%User{}, %{"profile" => %{"bio" => ""}}, []) |> cast_embed(:profile, with: &Profile.lax/2)
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true, [], [force: true]}

c = cast(%User{}, %{"profile" => %{}}, []) |> cast_embed(:profile, with: &Profile.indexed/3)
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> ** (ArgumentError) invalid :with function for relation :profile of cardinality one. Expected a function of arity 2

c = cast(%User{}, %{"profile" => "x"}, []) |> cast_embed(:profile, invalid_message: "wrong")
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{}, [profile: {"wrong", [validation: :embed, type: :map]}], false, [], []}

c = cast(%User{}, %{"sort" => ["0"], "profile" => %{}}, []) |> cast_embed(:profile, sort_param: :sort)
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> ** (ArgumentError) :sort_param not supported for belongs_to/has_one

c = cast(%User{}, %{"profile" => %{"bio" => "m"}}, []) |> cast_embed(:profile, with: {Profile, :lax, []})
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "m"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true, [], [force: true]}

c = cast(%User{}, %{"profile" => %{"bio" => "m"}}, []) |> cast_embed(:profile, force_update_on_change: false)
{c.changes, c.errors, c.valid?, c.required, c.repo_opts}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "m"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true, [], []}

c = cast(%User{}, %{}, []) |> cast_embed(:profiles, required: true)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"can't be blank", [validation: :required]}], false}

c = cast(%User{}, %{"profiles" => []}, []) |> cast_embed(:profiles, required: true)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"can't be blank", [validation: :required]}], false}

c = cast(%User{}, %{"profiles" => [%{"bio" => "a"}, %{"bio" => "b"}]}, []) |> cast_embed(:profiles, with: &Profile.indexed/3)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "a", rank: 0}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b", rank: 1}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => %{"0" => %{"bio" => "a"}, "1" => %{"bio" => "b"}, "2" => %{"bio" => "c"}}, "sort" => ["2", "0"]}, []) |> cast_embed(:profiles, sort_param: :sort, drop_param: :drop)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "c"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"profiles" => %{"0" => %{"bio" => "a"}, "1" => %{"bio" => "b"}}, "sort" => ["1", "0"], "drop" => ["0"]}, []) |> cast_embed(:profiles, sort_param: :sort, drop_param: :drop)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = cast(%User{}, %{"sort" => ["new"]}, []) |> cast_embed(:profiles, sort_param: :sort, drop_param: :drop)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{}, %{"profiles" => %{"0" => %{"bio" => "a"}}, "sort" => ["0", "new"]}, []) |> cast_embed(:profiles, sort_param: :sort)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [bio: {"can't be blank", [validation: :required]}], data: #Profile<>, valid?: false, ...>]}, [], false}

c = cast(%User{}, %{"drop" => [""]}, []) |> cast_embed(:profiles, drop_param: :drop)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{}, %{"profiles" => %{"0" => %{"bio" => "a"}}, "sort" => ["0"], "drop" => ["", "0"]}, []) |> cast_embed(:profiles, sort_param: :sort, drop_param: :drop)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = cast(%User{}, %{"profiles" => 1}, []) |> cast_embed(:profiles, invalid_message: {"wrong %{x}", [x: 1]})
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"wrong %{x}", [validation: :embed, type: {:array, :map}, x: 1]}], false}

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [], "drop" => []}, []) |> cast_embed(:profiles, required: true)
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [profiles: {"can't be blank", [validation: :required]}], false}

c = cast(%User{}, %{"nofun" => %{}}, []) |> cast_embed(:nofun)
{c.changes, c.errors, c.valid?}
#=> ** (UndefinedFunctionError) function NoFun.changeset/2 is undefined or private. Did you mean:
#=>
#=>       * __changeset__/0

c = cast(%User{}, %{"plains" => [%{"a" => 1}, %{"a" => "x"}]}, []) |> cast_embed(:plains)
{c.changes, c.errors, c.valid?}
#=> {%{plains: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [a: {"is invalid", [type: :string, validation: :cast]}], data: #Plain<>, valid?: false, ...>, #Ecto.Changeset<action: :insert, changes: %{a: "x"}, errors: [], data: #Plain<>, valid?: true, ...>]}, [], false}

c = cast(%User{plains: [%Plain{a: "1"}]}, %{"plains" => [%{"a" => "2"}]}, []) |> cast_embed(:plains)
{c.changes, c.errors, c.valid?}
#=> {%{plains: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Plain<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{a: "2"}, errors: [], data: #Plain<>, valid?: true, ...>]}, [], true}

cast(%User{}, %{}, []) |> cast_embed(:name)
#=> ** (ArgumentError) expected `name` to be an embed in `cast_embed`, got: `:string`

cast(%User{}, %{}, []) |> cast_embed(:nope)
#=> ** (ArgumentError) cannot cast embed `nope`, embed `nope` not found. Make sure that it exists and is spelled correctly

cast(%User{}, %{}, []) |> cast_embed(:comments)
#=> ** (ArgumentError) expected `comments` to be an embed in `cast_embed`, got: `assoc`

cast(%User{}, %{}, []) |> cast_assoc(:nope)
#=> ** (ArgumentError) cannot cast assoc `nope`, assoc `nope` not found. Make sure it is spelled correctly and that the association type is not read-only

cast(%User{}, %{}, []) |> cast_assoc(:profile)
#=> ** (ArgumentError) expected `profile` to be an assoc in `cast_assoc`, got: `embed`

cast(%User{}, %{}, []) |> put_embed(:name, 1)
#=> ** (ArgumentError) expected `name` to be an embed in `put_embed`, got: `:string`

cast(%User{}, %{}, []) |> put_assoc(:profile, 1)
#=> ** (ArgumentError) expected `profile` to be an assoc in `put_assoc`, got: `embed`

cast(%User{}, %{}, []) |> get_embed(:comments)
#=> ** (ArgumentError) expected `comments` to be an embed in `get_embed`, got: `assoc`

cast(%User{}, %{}, []) |> get_assoc(:nope)
#=> ** (ArgumentError) cannot get assoc `nope`, assoc `nope` not found. Make sure it is spelled correctly and that the association type is not read-only

cast_embed(%Ecto.Changeset{}, :x)
#=> ** (ArgumentError) cast_embed/3 expects the changeset to be cast. Please call cast/4 before calling cast_embed/3

c = cast(%User{}, %{"comments" => [%{"body" => "x"}, %{"body" => ""}]}, []) |> cast_assoc(:comments)
{c.changes, c.errors, c.valid?}
#=> {%{comments: [#Ecto.Changeset<action: :insert, changes: %{body: "x"}, errors: [], data: #Comment<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [body: {"can't be blank", [validation: :required]}], data: #Comment<>, valid?: false, ...>]}, [], false}

c = cast(%User{}, %{"comment" => %{"body" => "x"}}, []) |> cast_assoc(:comment)
{c.changes, c.errors, c.valid?}
#=> {%{comment: #Ecto.Changeset<action: :insert, changes: %{body: "x"}, errors: [], data: #Comment<>, valid?: true, ...>}, [], true}

c = cast(%Comment{}, %{"user" => %{}}, []) |> cast_assoc(:user, with: fn s, p -> cast(s, p, [:name]) end)
{c.changes, c.errors, c.valid?}
#=> {%{user: #Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #User<>, valid?: true, ...>}, [], true}

c = cast(Ecto.put_meta(%User{}, state: :loaded), %{"comments" => []}, []) |> cast_assoc(:comments)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) attempting to cast or change association `comments` from `User` that was not loaded. Please preload your associations before manipulating them through changesets

c = cast(%User{comments: [%Comment{id: 1, body: "a"}]}, %{"comments" => [%{"id" => "1", "body" => "b"}]}, []) |> cast_assoc(:comments)
{c.changes, c.errors, c.valid?}
#=> {%{comments: [#Ecto.Changeset<action: :update, changes: %{body: "b"}, errors: [], data: #Comment<>, valid?: true, ...>]}, [], true}

c = cast(%User{comments: [%Comment{id: 1, body: "a"}]}, %{"comments" => []}, []) |> cast_assoc(:comments)
{c.changes, c.errors, c.valid?}
#=> {%{comments: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Comment<>, valid?: true, ...>]}, [], true}

c = change(%User{}) |> put_embed(:profile, %Profile{bio: "s"})
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, %Profile{bio: "s"})
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{}) |> put_embed(:upd, %Profile{bio: "s"})
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, %Profile{bio: "s"})
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you have set that the relation :upd of User
#=> has `:on_replace` set to `:update` but you are giving it a struct/
#=> changeset to put_assoc/put_change.
#=>
#=> Since you have set `:on_replace` to `:update`, you are only allowed
#=> to update the existing entry by giving updated fields as a map or
#=> keyword list or set it to nil.
#=>
#=> If you indeed want to replace the existing :upd, you have
#=> to change the foreign key field directly.
#=>
#=> Got:
#=>
#=> %Profile{id: nil, bio: "s", rank: nil}

c = change(%User{}) |> put_embed(:profile, %{bio: "m"})
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "m"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, %{bio: "m"})
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "m"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{}) |> put_embed(:upd, %{bio: "m"})
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :insert, changes: %{bio: "m"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, %{bio: "m"})
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{bio: "m"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{}) |> put_embed(:profile, [bio: "k"])
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "k"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, [bio: "k"])
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "k"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{}) |> put_embed(:upd, [bio: "k"])
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :insert, changes: %{bio: "k"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, [bio: "k"])
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :update, changes: %{bio: "k"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{}) |> put_embed(:profile, nil)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, nil)
{c.changes, c.errors, c.valid?}
#=> {%{profile: nil}, [], true}

c = change(%User{}) |> put_embed(:upd, nil)
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, nil)
{c.changes, c.errors, c.valid?}
#=> {%{upd: nil}, [], true}

c = change(%User{}) |> put_embed(:profile, change(%Profile{}, bio: "c"))
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "c"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, change(%Profile{}, bio: "c"))
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :insert, changes: %{bio: "c"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{}) |> put_embed(:upd, change(%Profile{}, bio: "c"))
{c.changes, c.errors, c.valid?}
#=> {%{upd: #Ecto.Changeset<action: :insert, changes: %{bio: "c"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, change(%Profile{}, bio: "c"))
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you have set that the relation :upd of User
#=> has `:on_replace` set to `:update` but you are giving it a struct/
#=> changeset to put_assoc/put_change.
#=>
#=> Since you have set `:on_replace` to `:update`, you are only allowed
#=> to update the existing entry by giving updated fields as a map or
#=> keyword list or set it to nil.
#=>
#=> If you indeed want to replace the existing :upd, you have
#=> to change the foreign key field directly.
#=>
#=> Got:
#=>
#=> #Ecto.Changeset<
#=>   action: nil,
#=>   changes: %{bio: "c"},
#=>   errors: [],
#=>   data: #Profile<>,
#=>   valid?: true,
#=>   ...
#=> >

c = change(%User{}) |> put_embed(:profile, %Comment{})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) expected changeset data to be a Elixir.Profile struct, got: %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: nil, user_id: nil, user: #Ecto.Association.NotLoaded<association :user is not loaded>}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, %Comment{})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) expected changeset data to be a Elixir.Profile struct, got: %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: nil, user_id: nil, user: #Ecto.Association.NotLoaded<association :user is not loaded>}

c = change(%User{}) |> put_embed(:upd, %Comment{})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) expected changeset data to be a Elixir.Profile struct, got: %Comment{__meta__: #Ecto.Schema.Metadata<:built, "comments">, id: nil, body: nil, user_id: nil, user: #Ecto.Association.NotLoaded<association :user is not loaded>}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, %Comment{})
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you have set that the relation :upd of User
#=> has `:on_replace` set to `:update` but you are giving it a struct/
#=> changeset to put_assoc/put_change.
#=>
#=> Since you have set `:on_replace` to `:update`, you are only allowed
#=> to update the existing entry by giving updated fields as a map or
#=> keyword list or set it to nil.
#=>
#=> If you indeed want to replace the existing :upd, you have
#=> to change the foreign key field directly.
#=>
#=> Got:
#=>
#=> %Comment{
#=>   __meta__: #Ecto.Schema.Metadata<:built, "comments">,
#=>   id: nil,
#=>   body: nil,
#=>   user_id: nil,
#=>   user: #Ecto.Association.NotLoaded<association :user is not loaded>
#=> }

c = change(%User{}) |> put_embed(:profile, 1)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profile: {"is invalid", [type: :map]}], false}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, 1)
{c.changes, c.errors, c.valid?}
#=> {%{}, [profile: {"is invalid", [type: :map]}], false}

c = change(%User{}) |> put_embed(:upd, 1)
{c.changes, c.errors, c.valid?}
#=> {%{}, [upd: {"is invalid", [type: :map]}], false}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, 1)
{c.changes, c.errors, c.valid?}
#=> {%{}, [upd: {"is invalid", [type: :map]}], false}

c = change(%User{}) |> put_embed(:profile, %{nope: 1})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) unknown field `:nope` in %Profile{id: nil, bio: nil, rank: nil}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, %{nope: 1})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) unknown field `:nope` in %Profile{id: nil, bio: nil, rank: nil}

c = change(%User{}) |> put_embed(:upd, %{nope: 1})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) unknown field `:nope` in %Profile{id: nil, bio: nil, rank: nil}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:upd, %{nope: 1})
{c.changes, c.errors, c.valid?}
#=> ** (ArgumentError) unknown field `:nope` in %Profile{id: "1", bio: "old", rank: nil}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, %{id: "1", bio: "x"})
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :update, changes: %{bio: "x"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, %Profile{id: "1", bio: "old"})
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profile, change(%Profile{id: "1", bio: "old"}, bio: "z"))
{c.changes, c.errors, c.valid?}
#=> {%{profile: #Ecto.Changeset<action: :update, changes: %{bio: "z"}, errors: [], data: #Profile<>, valid?: true, ...>}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:strict, nil)
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) you are attempting to change relation :strict of User
#=> but the `:on_replace` option of this relation is set to `:raise`.
#=>
#=> By default it is not possible to replace or delete embeds and
#=> associations during `cast`. Therefore Ecto requires the parameters
#=> given to `cast` to have IDs matching the data currently associated
#=> in :strict. Failing to do so results in this error message.
#=>
#=> If you want to replace data or automatically delete any data
#=> not sent to `cast`, please set the appropriate `:on_replace`
#=> option when defining the relation. The docs for `Ecto.Changeset`
#=> covers the supported options in the "Associations, embeds and on
#=> replace" section.
#=>
#=> However, if you don't want to allow data to be replaced or
#=> deleted, only updated, make sure that:
#=>
#=>   * If you are attempting to update an existing entry, you
#=>     are including the entry primary key (ID) in the data.
#=>
#=>   * If you have a relationship with many children, all children
#=>     must be given on update.

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:inv, nil)
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [type: :map]}], false}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_change(:inv, %{bio: "x"})
{c.changes, c.errors, c.valid?}
#=> {%{}, [inv: {"is invalid", [type: :map]}], false}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%{bio: "a"}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "a"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%Profile{bio: "a"}, %{bio: "b"}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{bio: "b"}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%Profile{id: "1", bio: "old"}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%Profile{id: "2", bio: "two"}, %Profile{id: "1", bio: "old"}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}])
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [change(%Profile{id: "1", bio: "old"}, bio: "q"), %Profile{id: "2", bio: "two"}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :update, changes: %{bio: "q"}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, "x")
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [type: {:array, :map}]}], false}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [1])
{c.changes, c.errors, c.valid?}
#=> {%{}, [profiles: {"is invalid", [type: {:array, :map}]}], false}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%{change(%Profile{id: "1", bio: "old"}) | action: :delete}, %Profile{id: "2", bio: "two"}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :delete, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%{change(%Profile{id: "1", bio: "old"}) | action: :ignore}, %Profile{id: "2", bio: "two"}])
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%{change(%Profile{id: "1", bio: "old"}) | action: :replace}])
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) cannot replace related %Profile{id: "1", bio: "old", rank: nil}. This typically happens when you are calling put_assoc/put_embed with the results of a previous put_assoc/put_embed/cast_assoc/cast_embed operation, which is not supported. You must call such operations only once per embed/assoc, in order for Ecto to track changes efficiently

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%{change(%Profile{id: "1", bio: "old"}) | action: :insert}])
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) cannot insert related %Profile{id: "1", bio: "old", rank: nil} because it is already associated with the given struct

c = change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}) |> put_embed(:profiles, [%{change(%Profile{id: "7"}) | action: :update}])
{c.changes, c.errors, c.valid?}
#=> {%{profiles: [#Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :replace, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>, #Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>]}, [], true}

c = change(%User{}) |> put_embed(:profiles, [%{bio: "a"}]) |> put_embed(:profiles, [])
{c.changes, c.errors, c.valid?}
#=> {%{}, [], true}

c = change(%User{}) |> put_assoc(:comments, [%Comment{body: "x"}, %{body: "y"}])
{c.changes, c.errors, c.valid?}
#=> {%{comments: [#Ecto.Changeset<action: :insert, changes: %{}, errors: [], data: #Comment<>, valid?: true, ...>, #Ecto.Changeset<action: :insert, changes: %{body: "y"}, errors: [], data: #Comment<>, valid?: true, ...>]}, [], true}

c = change(Ecto.put_meta(%User{}, state: :loaded)) |> put_assoc(:comments, [])
{c.changes, c.errors, c.valid?}
#=> ** (RuntimeError) attempting to cast or change association `comments` from `User` that was not loaded. Please preload your associations before manipulating them through changesets

c = change(%User{}) |> put_assoc(:comments, [Ecto.put_meta(%Comment{id: 3}, state: :loaded)])
{c.changes, c.errors, c.valid?}
#=> {%{comments: [#Ecto.Changeset<action: :update, changes: %{}, errors: [], data: #Comment<>, valid?: true, ...>]}, [], true}

c = change(%Comment{}) |> put_assoc(:user, %User{id: 5})
{c.changes.user.action, apply_changes(c).user_id}
#=> {:insert, 5}

c = change(%Comment{user: %User{id: 5}, user_id: 5}) |> put_assoc(:user, nil)
{c.changes, apply_changes(c).user_id}
#=> {%{user: nil}, nil}

get_embed(change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}), :profile)
#=> #Ecto.Changeset<action: nil, changes: %{}, errors: [], data: #Profile<>, valid?: true, ...>

get_embed(change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}), :profiles, :struct)
#=> [%Profile{id: "1", bio: "old", rank: nil}, %Profile{id: "2", bio: "two", rank: nil}]

get_field(change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, profiles: []), :profiles)
#=> []

get_field(change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, profiles: [%{id: "1", bio: "zz"}]), :profiles)
#=> [%Profile{id: "1", bio: "zz", rank: nil}]

get_embed(change(%User{}), :profile)
#=> nil

get_assoc(change(%User{}), :comments)
#=> []

get_field(change(%User{}), :comments)
#=> []

get_field(change(Ecto.put_meta(%User{}, state: :loaded)), :comments)
#=> ** (RuntimeError) attempting to cast or change association `comments` from `User` that was not loaded. Please preload your associations before manipulating them through changesets

apply_changes(change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, profiles: [%{id: "1", bio: "zz"}])).profiles
#=> [%Profile{id: "1", bio: "zz", rank: nil}]

apply_changes(change(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, profile: nil)).profile
#=> nil

fetch_field(change(%User{}, profile: %{bio: "x"}), :profile)
#=> {:changes, %Profile{id: nil, bio: "x", rank: nil}}

fetch_change(change(%User{}, profile: %{bio: "x"}), :profile)
#=> {:ok, #Ecto.Changeset<action: :insert, changes: %{bio: "x"}, errors: [], data: #Profile<>, valid?: true, ...>}

c = change(%User{}) |> put_assoc(:comments, [%{change(%Comment{id: 1}) | action: :insert}, %{change(%Comment{id: 2}) | action: :update}])
Enum.map(reorder_assoc(c, :comments).changes.comments, & &1.action)
#=> [:update, :insert]

reorder_assoc(change(%User{}), :comments)
#=> ** (ArgumentError) `reorder_assoc/3` requires an association with `:many` cardinality and a list of associated changes

reorder_assoc(change(%User{}), :profile)
#=> ** (ArgumentError) expected `profile` to be an assoc in `reorder_assoc`, got: `embed`

c = change(%User{}, comments: [%{body: "b"}, %{body: "a"}])
Enum.map(reorder_assoc(c, :comments, &(&1.changes.body <= &2.changes.body)).changes.comments, & &1.changes.body)
#=> ["a", "b"]

c = cast(%User{profile: %Profile{id: "1", bio: "old"}, strict: %Profile{id: "1", bio: "old"}, upd: %Profile{id: "1", bio: "old"}, inv: %Profile{id: "1", bio: "old"}, profiles: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}], strict_many: [%Profile{id: "1", bio: "old"}, %Profile{id: "2", bio: "two"}]}, %{"profiles" => [%{"id" => "1"}]}, []) |> cast_embed(:profiles) |> validate_length(:profiles, min: 2)
c.errors
#=> [profiles: {"should have at least %{count} item(s)", [count: 2, validation: :length, kind: :min, type: :list]}]

c = cast(%User{}, %{"profile" => %{"bio" => "x"}}, []) |> cast_embed(:profile)
{tag, relation} = c.types.profile
{tag, relation.on_cast == nil, relation.cardinality}
#=> {:embed, false, :one}
