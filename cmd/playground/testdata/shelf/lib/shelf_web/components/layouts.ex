defmodule ShelfWeb.Layouts do
  use ShelfWeb, :html

  embed_templates "layouts/*"

  attr :flash, :map, required: true
  attr :reader, :string, default: nil
  slot :inner_block, required: true

  def app(assigns) do
    ~H"""
    <header>{@reader || "nobody"}</header>
    <main>{render_slot(@inner_block)}</main>
    <.flash_group flash={@flash} />
    """
  end

  attr :flash, :map, required: true
  attr :id, :string, default: "flash-group"

  def flash_group(assigns) do
    ~H"""
    <div id={@id} aria-live="polite">
      <.flash kind={:info} flash={@flash} />
      <.flash kind={:error} flash={@flash} />
    </div>
    """
  end
end
