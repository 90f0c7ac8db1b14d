defmodule ShelfWeb.BookController do
  use ShelfWeb, :controller

  plug :put_status, 201 when action in [:create]

  def index(conn, _params), do: render(conn, :index, books: Shelf.books())

  def show(conn, %{"id" => id}) do
    case Enum.find(Shelf.books(), &(to_string(&1.id) == id)) do
      nil -> conn |> put_status(:not_found) |> json(%{error: "no book #{id}"})
      book -> render(conn, :show, book: book)
    end
  end

  def create(conn, %{"title" => title}), do: render(conn, :show, book: Shelf.add(title))
end
