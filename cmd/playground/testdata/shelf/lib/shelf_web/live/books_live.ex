defmodule ShelfWeb.BooksLive do
  use ShelfWeb, :live_view

  @impl true
  def mount(_params, session, socket) do
    if connected?(socket), do: ShelfWeb.Endpoint.subscribe("books")

    {:ok,
     socket
     |> assign_new(:reader, fn -> session["reader"] end)
     |> assign(page_title: gettext("Books"), form: to_form(%{"title" => ""}, as: :book))
     |> stream(:books, Shelf.books())}
  end

  @impl true
  def handle_event("add", %{"book" => %{"title" => title}}, socket) do
    Shelf.add(title)
    {:noreply, put_flash(socket, :info, "Added #{title}")}
  end

  def handle_event("shout", %{"text" => text}, socket), do: {:reply, %{text: String.upcase(text)}, socket}

  def handle_event("validate", _params, socket) do
    changeset = Shelf.change(%Shelf.Book{})
    {:noreply, assign(socket, form: to_form(changeset))}
  end

  @impl true
  def handle_info(%Phoenix.Socket.Broadcast{event: "added", payload: book}, socket) do
    {:noreply, stream_insert(socket, :books, book)}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} reader={@reader}>
      <.table id="books" rows={@streams.books}>
        <:col :let={book} label="Title">{book.title}</:col>
        <:col :let={book} label="Pages">{book.pages}</:col>
      </.table>
      <.form for={@form} id="add" phx-submit="add">
        <.input field={@form[:title]} />
        <button>Add</button>
      </.form>
      <button id="check" phx-click="validate">Check</button>
      <p id="shout" phx-hook=".Shout" phx-update="ignore">quiet</p>
      <p id="greet" phx-hook="Greet" phx-update="ignore"></p>
      <Heroicons.book_open class="icon" />
      <.icon name="hero-plus" />
      <script :type={Phoenix.LiveView.ColocatedHook} name=".Shout">
        export default {
          mounted() {
            this.el.addEventListener("click", () => {
              this.pushEvent("shout", { text: this.el.textContent }, ({ text }) => { this.el.textContent = text; });
            });
          },
        };
      </script>
      <p id="marked" phx-update="ignore"></p>
      <script :type={Phoenix.LiveView.ColocatedJS} name="mark">
        export default (id) => { document.getElementById(id).textContent = "marked"; };
      </script>
      <script :type={Phoenix.LiveView.ColocatedJS}>
        window.sideEffect = true;
      </script>
    </Layouts.app>
    """
  end
end
