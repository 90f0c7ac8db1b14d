defmodule ShelfWeb.PageControllerTest do
  use ShelfWeb.ConnCase, async: true

  test "GET /", %{conn: conn} do
    conn = get(conn, ~p"/")
    assert html_response(conn, 200) =~ "Shelves"
  end

  test "POST /reader and the page behind it", %{conn: conn} do
    assert redirected_to(get(conn, ~p"/mine")) =~ "/"
    conn = post(conn, ~p"/reader", name: "ann")
    assert redirected_to(conn)
    assert conn |> get(~p"/mine") |> html_response(200) =~ "ann"
  end

  test "the API", %{conn: conn} do
    assert %{} = conn |> get(~p"/api/books") |> json_response(200)
  end
end
