defmodule NotesWeb.NoteLive.FormComponent do
  use NotesWeb, :live_component

  @impl true
  def render(assigns) do
    ~H"""
    <div><h2>{@title}</h2></div>
    """
  end
end
