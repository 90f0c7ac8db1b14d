defmodule NotesWeb.NoteLive.Index do
  use NotesWeb, :live_view
  alias NotesWeb.Presence

  @topic "notes:readers"

  @impl true
  def mount(_params, _session, socket) do
    if connected?(socket) do
      NotesWeb.Endpoint.subscribe(@topic)
      {:ok, _} = Presence.track(self(), @topic, socket.id, %{at: "notes"})
    end

    {:ok, assign(socket, readers: map_size(Presence.list(@topic)))}
  end

  @impl true
  def handle_params(_params, _url, socket), do: {:noreply, assign(socket, page_title: to_string(socket.assigns.live_action))}

  @impl true
  def handle_info(%{event: "presence_diff"}, socket) do
    {:noreply, assign(socket, readers: map_size(Presence.list(@topic)))}
  end
end
