defmodule Shelf.BookTest do
  use Shelf.DataCase

  alias Shelf.Book

  test "a book has a title" do
    assert errors_on(Book.changeset(%Book{}, %{title: " "})) == %{title: ["can't be blank"]}
  end

  test "a title is all that it takes" do
    changeset = Book.changeset(%Book{}, %{"title" => "Emma", "pages" => "7"})
    assert %Book{title: "Emma", pages: 100} = Ecto.Changeset.apply_action!(changeset, :insert)
  end
end
