defmodule ShelfWeb.CoreComponents do
  use Phoenix.Component
  use Gettext, backend: ShelfWeb.Gettext

  alias Phoenix.LiveView.JS

  attr :kind, :atom, values: [:info, :error]
  attr :flash, :map, default: %{}

  def flash(assigns) do
    ~H"""
    <p
      :if={msg = Phoenix.Flash.get(@flash, @kind)}
      id={"flash-#{@kind}"}
      role="alert"
      phx-click={JS.push("lv:clear-flash", value: %{key: @kind}) |> hide("#flash-#{@kind}")}
    >
      {msg}
    </p>
    """
  end

  attr :name, :string, required: true
  def icon(%{name: "hero-" <> _} = assigns), do: ~H|<span class={@name}></span>|

  attr :id, :string, required: true
  attr :rows, :list, required: true
  slot :col, required: true do
    attr :label, :string
  end

  def table(assigns) do
    assigns =
      with %{rows: %Phoenix.LiveView.LiveStream{}} <- assigns do
        assign(assigns, :row_id, fn {id, _item} -> id end)
      end

    ~H"""
    <table>
      <thead>
        <tr><th :for={col <- @col}>{col[:label]}</th></tr>
      </thead>
      <tbody id={@id} phx-update={is_struct(@rows, Phoenix.LiveView.LiveStream) && "stream"}>
        <tr :for={row <- @rows} id={@row_id && @row_id.(row)}>
          <td :for={col <- @col}>{render_slot(col, elem(row, 1))}</td>
        </tr>
      </tbody>
    </table>
    """
  end

  attr :field, Phoenix.HTML.FormField, required: true
  attr :rest, :global

  def input(assigns) do
    ~H"""
    <input type="text" id={@field.id} name={@field.name} value={@field.value} {@rest} />
    <p :for={error <- @field.errors}>{translate_error(error)}</p>
    """
  end

  def hide(js \\ %JS{}, selector), do: JS.hide(js, to: selector, time: 200)

  def translate_error({msg, opts}) do
    if count = opts[:count] do
      Gettext.dngettext(ShelfWeb.Gettext, "errors", msg, msg, count, opts)
    else
      Gettext.dgettext(ShelfWeb.Gettext, "errors", msg, opts)
    end
  end
end
