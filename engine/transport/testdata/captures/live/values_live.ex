defmodule Ref.ValuesLive do
  use Phoenix.LiveView, container: {:main, class: ["a", "b"], data_page: "values"}

  @impl true
  def mount(_params, _session, socket) do
    {:ok, assign(socket, :value, 1.0e10)}
  end

  @impl true
  def handle_event("set", %{"value" => value}, socket) do
    {:noreply, assign(socket, :value, value)}
  end

  def handle_event("reply", params, socket), do: {:reply, params, socket}
  def handle_event("title", %{"title" => title}, socket), do: {:noreply, assign(socket, :page_title, title)}
  def handle_event("exit", %{"reason" => reason}, _socket), do: exit(String.to_existing_atom(reason))
  def handle_event("form", params, socket), do: {:noreply, assign(socket, :value, map_size(params))}

  @impl true
  def render(assigns) do
    ~H"""
    <p title={@value}>{@value}</p>
    """
  end
end
