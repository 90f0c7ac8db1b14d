defmodule Ref.Order.Line do
  use Ecto.Schema
  import Ecto.Changeset

  embedded_schema do
    field :item, :string
    field :amount, :integer, default: 1
  end

  def changeset(line, attrs) do
    line
    |> cast(attrs, [:item, :amount])
    |> validate_required([:item, :amount])
    |> validate_number(:amount, greater_than: 0)
  end
end

defmodule Ref.Order do
  use Ecto.Schema
  import Ecto.Changeset

  @primary_key false
  embedded_schema do
    field :customer, :string
    field :pay, Ecto.Enum, values: [:cash, :card], default: :cash
    field :tip, :decimal
    embeds_many :lines, Ref.Order.Line, on_replace: :delete

    embeds_one :address, Address do
      field :street, :string
      field :zip, :string
    end
  end

  def changeset(order, attrs) do
    order
    |> cast(attrs, [:customer, :pay, :tip])
    |> validate_required([:customer])
    |> validate_length(:customer, min: 2, max: 20)
    |> validate_number(:tip, greater_than_or_equal_to: 0)
    |> cast_embed(:lines, sort_param: :lines_sort, drop_param: :lines_drop, required: true)
    |> cast_embed(:address, with: &address_changeset/2)
  end

  defp address_changeset(address, attrs) do
    address
    |> cast(attrs, [:street, :zip])
    |> validate_required([:street])
    |> validate_format(:zip, ~r/^\d{4,5}$/, message: "is no zip")
  end
end

defmodule Ref.ChangesetLive do
  use Phoenix.LiveView
  alias Ref.Order

  @impl true
  def mount(_params, _session, socket) do
    {:ok, socket |> assign(order: empty(), placed: nil) |> assign_form()}
  end

  defp empty, do: %Order{lines: [%Order.Line{id: "first", item: "tea"}], address: %Order.Address{id: "here"}}
  defp assign_form(socket), do: assign(socket, :form, to_form(Order.changeset(socket.assigns.order, %{})))

  @impl true
  def handle_event("validate", %{"order" => params}, socket) do
    changeset = Order.changeset(socket.assigns.order, params)
    {:noreply, assign(socket, :form, to_form(changeset, action: :validate))}
  end

  def handle_event("place", %{"order" => params}, socket) do
    case socket.assigns.order |> Order.changeset(params) |> Ecto.Changeset.apply_action(:insert) do
      {:ok, order} -> {:noreply, socket |> assign(order: empty(), placed: order) |> assign_form()}
      {:error, changeset} -> {:noreply, assign(socket, :form, to_form(changeset))}
    end
  end

  @impl true
  def render(assigns) do
    ~H"""
    <.form for={@form} id="order" phx-change="validate" phx-submit="place">
      <.input field={@form[:customer]} {Phoenix.HTML.Form.input_validations(@form, :customer)} />
      <select name={@form[:pay].name} id={@form[:pay].id}>
        {Phoenix.HTML.Form.options_for_select(Ecto.Enum.values(Order, :pay), @form[:pay].value)}
      </select>
      <.input field={@form[:tip]} type="number" />
      <.inputs_for :let={line} field={@form[:lines]}>
        <input type="hidden" name="order[lines_sort][]" value={line.index} />
        <.input field={line[:item]} />
        <.input field={line[:amount]} type="number" />
        <button type="button" name="order[lines_drop][]" value={line.index} phx-click={Phoenix.LiveView.JS.dispatch("change")}>x</button>
      </.inputs_for>
      <input type="hidden" name="order[lines_drop][]" />
      <button type="button" name="order[lines_sort][]" value="new" phx-click={Phoenix.LiveView.JS.dispatch("change")}>more</button>
      <.inputs_for :let={address} field={@form[:address]}>
        <.input field={address[:street]} />
        <.input field={address[:zip]} />
      </.inputs_for>
      <p :for={{message, _} <- shown(@form[:lines])} class="error">{message}</p>
      <button>Place</button>
    </.form>
    <p :if={@placed}>
      {@placed.customer} pays by {@placed.pay}, with a tip of {@placed.tip || 0}:
      <span :for={line <- @placed.lines}>{line.amount} × {line.item}</span> to {@placed.address && @placed.address.street}
    </p>
    """
  end

  attr :field, Phoenix.HTML.FormField, required: true
  attr :type, :string, default: "text"
  attr :rest, :global, include: ~w(required maxlength minlength)

  defp input(assigns) do
    ~H"""
    <input type={@type} id={@field.id} name={@field.name} value={Phoenix.HTML.Form.normalize_value(@type, @field.value)} {@rest} />
    <p :for={{message, opts} <- shown(@field)} class="error">{text(message, opts)}</p>
    """
  end

  defp shown(field), do: if(used_input?(field), do: field.errors, else: [])

  defp text(message, opts) do
    Enum.reduce(opts, message, fn {key, value}, acc -> String.replace(acc, "%{#{key}}", fn _ -> to_string(value) end) end)
  end
end
