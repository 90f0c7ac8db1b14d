defmodule Shelf.Store do
  use GenServer

  def start_link(_opts), do: GenServer.start_link(__MODULE__, [], name: __MODULE__)
  def all, do: GenServer.call(__MODULE__, :all)
  def add(book), do: GenServer.call(__MODULE__, {:add, book})

  @impl true
  def init(_opts), do: {:ok, [%Shelf.Book{id: 1, title: "Emma"}]}

  @impl true
  def handle_call(:all, _from, books), do: {:reply, Enum.reverse(books), books}

  def handle_call({:add, book}, _from, books) do
    book = %{book | id: length(books) + 1}
    ShelfWeb.Endpoint.broadcast("books", "added", book)
    {:reply, book, [book | books]}
  end
end
