defmodule Shelf.Author do
  use Ecto.Schema

  schema "authors" do
    field :name, :string
    has_many :books, Shelf.Book
  end
end
