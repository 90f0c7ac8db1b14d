defmodule Shelf.Book do
  use Ecto.Schema
  import Ecto.Changeset
  import Ecto.Query, warn: false

  alias Shelf.Author

  schema "books" do
    field :title, :string
    field :pages, :integer, default: 100
    belongs_to :author, Author
    timestamps()
  end

  def changeset(book, attrs) do
    book |> cast(attrs, [:title]) |> validate_required([:title])
  end

  def longest(n), do: Shelf.Repo.all(from b in __MODULE__, where: b.pages > ^n, order_by: [desc: b.pages])
end
