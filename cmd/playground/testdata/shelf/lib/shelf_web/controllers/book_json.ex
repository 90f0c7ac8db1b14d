defmodule ShelfWeb.BookJSON do
  def index(%{books: books}), do: %{data: Enum.map(books, &data/1)}
  def show(%{book: book}), do: %{data: data(book)}

  defp data(%Shelf.Book{} = book), do: %{id: book.id, title: book.title, pages: book.pages}
end
