defmodule Shelf do
  alias Shelf.Book
  alias Shelf.Store

  def names, do: Application.get_env(:shelf, :shelves, [])
  def books, do: Store.all()
  def add(title), do: Store.add(%Book{title: title})
  def change(%Book{} = book), do: Book.changeset(book, %{})
end
