defmodule ShelfWeb.BooksLiveTest do
  use ShelfWeb.ConnCase

  import Phoenix.LiveViewTest

  setup do
    %{conn: init_test_session(build_conn(), %{"reader" => "ann"})}
  end

  test "lists and adds books", %{conn: conn} do
    {:ok, view, html} = live(conn, ~p"/books")
    assert html =~ "Title"
    assert page_title(view) =~ "Books"
    assert view |> form("#add", book: %{title: "Emma"}) |> render_submit() =~ "Added Emma"
    assert has_element?(view, "#books td", "Emma")
    assert view |> element("#shout") |> render_hook("shout", %{text: "hey"})
    assert_reply view, %{text: "HEY"}
  end
end
