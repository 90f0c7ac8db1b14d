defmodule NotesWeb.CoreComponents do
  use Phoenix.Component
  alias Phoenix.LiveView.JS
  import NotesWeb.Gettext

  attr :id, :string, required: true
  attr :show, :boolean, default: false
  attr :on_cancel, JS, default: %JS{}
  slot :inner_block, required: true

  def modal(assigns) do
    ~H"""
    <div id={@id} phx-mounted={@show && JS.show(to: "##{@id}")} phx-remove={JS.hide(to: "##{@id}")} data-cancel={JS.exec(@on_cancel, "phx-remove")}>
      <.focus_wrap id={"#{@id}-container"} aria-label={gettext("dialog")}>{render_slot(@inner_block)}</.focus_wrap>
    </div>
    """
  end

  attr :flash, :map, required: true
  def flash_group(assigns), do: ~H|<p :for={{kind, text} <- @flash} class={kind}>{text}</p>|
end
