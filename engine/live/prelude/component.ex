# The function components that come with Phoenix.Component. Their markup is that
# of LiveView, byte for byte: diffs are compared with recorded ones. The other
# functions of the module are written in Go.
defmodule Phoenix.Component do
  use Phoenix.Component.Native

  attr :prefix, :string, default: nil
  attr :default, :string, default: nil
  attr :suffix, :string, default: nil
  slot :inner_block, required: true

  def live_title(assigns) do
    ~H"""
    <title data-prefix={@prefix} data-default={@default} data-suffix={@suffix} phx-no-format>{@prefix}{title_or(render_slot(@inner_block), @default)}{@suffix}</title>
    """
  end

  defp title_or(content, default) do
    text = content |> Phoenix.HTML.html_escape() |> Phoenix.HTML.safe_to_string()
    if String.trim(text) == "", do: default, else: content
  end

  attr :navigate, :string
  attr :patch, :string
  attr :href, :any
  attr :replace, :boolean, default: false
  attr :method, :string, default: "get"
  attr :csrf_token, :any, default: true
  attr :rest, :global, include: ~w(download hreflang referrerpolicy rel target type)
  slot :inner_block, required: true

  def link(%{navigate: path} = assigns) when is_binary(path) do
    Phoenix.LiveView.Utils.valid_live_navigation_destination!(path, "<.link navigate>")

    ~H"""
    <a
      href={@navigate}
      data-phx-link="redirect"
      data-phx-link-state={if @replace, do: "replace", else: "push"}
      phx-no-format
      {@rest}
    >{render_slot(@inner_block)}</a>
    """
  end

  def link(%{patch: path} = assigns) when is_binary(path) do
    Phoenix.LiveView.Utils.valid_live_navigation_destination!(path, "<.link patch>")

    ~H"""
    <a
      href={@patch}
      data-phx-link="patch"
      data-phx-link-state={if @replace, do: "replace", else: "push"}
      phx-no-format
      {@rest}
    >{render_slot(@inner_block)}</a>
    """
  end

  def link(%{href: target} = assigns) when target != nil and target != "#" do
    assigns = assign(assigns, :href, Phoenix.LiveView.Utils.valid_destination!(target, "<.link>"))

    ~H"""
    <a
      href={@href}
      data-method={if @method != "get", do: @method}
      data-csrf={if @method != "get", do: link_token(@csrf_token, @href)}
      data-to={if @method != "get", do: @href}
      phx-no-format
      {@rest}
    >{render_slot(@inner_block)}</a>
    """
  end

  def link(assigns) do
    ~H"""
    <a href="#" {@rest}>{render_slot(@inner_block)}</a>
    """
  end

  defp link_token(true, target), do: Plug.CSRFProtection.get_csrf_token_for(target)
  defp link_token(false, _target), do: nil
  defp link_token(token, _target) when is_binary(token), do: token

  attr :for, :any, required: true
  attr :action, :string
  attr :as, :atom
  attr :csrf_token, :any
  attr :errors, :list
  attr :method, :string
  attr :multipart, :boolean, default: false
  attr :rest, :global, include: ~w(autocomplete name rel enctype novalidate target)
  slot :inner_block, required: true

  def form(assigns) do
    given = Map.take(assigns, [:as, :csrf_token, :errors, :method, :multipart])
    source = if assigns[:for] == nil, do: %{}, else: assigns[:for]
    form = to_form(source, Map.to_list(Map.merge(given, assigns.rest)))

    {attrs, override, token} = form_target(assigns[:action], form.options)

    assigns =
      assign(assigns,
        form: form,
        csrf_token: token,
        hidden_method: override,
        attrs: form_encoding(attrs)
      )

    ~H"""
    <form {@attrs}>
      <input
        :if={@hidden_method && @hidden_method not in ~w(get post)}
        name="_method"
        type="hidden"
        hidden
        value={@hidden_method}
      />
      <input :if={@csrf_token} name="_csrf_token" type="hidden" hidden value={@csrf_token} />
      {render_slot(@inner_block, @form)}
    </form>
    """
  end

  # Method and token are for forms that are submitted without a live view.
  defp form_target(action, options) when action in [nil, false], do: {options, nil, nil}

  defp form_target(action, options) do
    {wanted, options} = Keyword.pop(options, :method)
    {method, override} = form_method(wanted)

    {token, options} =
      if Keyword.has_key?(options, :csrf_token) do
        Keyword.pop(options, :csrf_token)
      else
        {if(method == "post", do: Plug.CSRFProtection.get_csrf_token_for(action)), options}
      end

    {[action: action, method: method] ++ options, override, token}
  end

  defp form_method(nil), do: {"post", nil}

  defp form_method(wanted) when is_binary(wanted) do
    method = String.downcase(wanted)
    if method in ["get", "post"], do: {method, nil}, else: {"post", wanted}
  end

  defp form_encoding(attrs) do
    case Keyword.pop(attrs, :multipart, false) do
      {true, attrs} -> Keyword.put(attrs, :enctype, "multipart/form-data")
      {false, attrs} -> attrs
    end
  end

  attr :field, Phoenix.HTML.FormField, required: true
  attr :id, :string
  attr :as, :atom
  attr :default, :any
  attr :prepend, :list
  attr :append, :list
  attr :skip_hidden, :boolean, default: false
  attr :skip_persistent_id, :boolean, default: false
  attr :options, :list, default: []
  slot :inner_block, required: true

  def inputs_for(assigns) do
    parent = assigns.field.form
    given = Keyword.new(Map.take(assigns, [:id, :as, :default, :append, :prepend]))

    options =
      Keyword.take(parent.options, [:multipart])
      |> Keyword.merge(given)
      |> Keyword.merge(assigns.options)

    forms = parent.impl.to_form(parent.source, parent, assigns.field.field, options)

    forms =
      if assigns.skip_persistent_id do
        forms
      else
        base = options[:id] || parent.id
        number_forms(forms, "#{base}_#{assigns.field.field}")
      end

    assigns = assign(assigns, :forms, forms)

    ~H"""
    <%= for finner <- @forms do %>
      <%= if !@skip_hidden do %>
        <%= for {name, value_or_values} <- finner.hidden,
                name = hidden_name(finner, name, value_or_values),
                value <- List.wrap(value_or_values) do %>
          <input type="hidden" name={name} value={value} />
        <% end %>
      <% end %>
      {render_slot(@inner_block, finner)}
    <% end %>
    """
  end

  # Nested forms keep an id of their own when they are sorted; one without gets
  # the next that is free.
  defp number_forms(forms, prefix) do
    taken = for form <- forms, id = form.params["_persistent_id"], into: %{}, do: {id, true}

    {forms, _} =
      Enum.map_reduce(forms, {taken, 0}, fn form, {taken, index} ->
        id = Map.get_lazy(form.params, "_persistent_id", fn -> free_id(map_size(taken), taken) end)

        form = %{
          form
          | id: "#{prefix}_#{id}",
            params: Map.put(form.params, "_persistent_id", id),
            hidden: [{"_persistent_id", id} | form.hidden],
            index: index
        }

        {form, {Map.put(taken, id, true), index + 1}}
      end)

    forms
  end

  defp free_id(n, taken) do
    id = to_string(n)
    if Map.has_key?(taken, id), do: free_id(n + 1, taken), else: id
  end

  defp hidden_name(form, field, values) do
    name = Phoenix.HTML.Form.input_name(form, field)
    if is_list(values), do: name <> "[]", else: name
  end

  attr :id, :string, required: true
  attr :rest, :global
  slot :inner_block, required: true

  def focus_wrap(assigns) do
    ~H"""
    <div id={@id} phx-hook="Phoenix.FocusWrap" {@rest}>
      <div id={"#{@id}-start"} tabindex="0" aria-hidden="true"></div>
      {render_slot(@inner_block)}
      <div id={"#{@id}-end"} tabindex="0" aria-hidden="true"></div>
    </div>
    """
  end

  attr :tag_name, :string, required: true
  attr :name, :string, required: false
  attr :rest, :global
  slot :inner_block

  def dynamic_tag(assigns) do
    {name, rest} =
      case assigns do
        %{tag_name: tag, name: name} -> {tag, Map.put(assigns.rest, :name, name)}
        %{tag_name: tag} -> {tag, assigns.rest}
        %{name: name} -> deprecated_tag_name(name, assigns.rest)
      end

    if Phoenix.HTML.html_escape(name) != {:safe, name} do
      raise ArgumentError, "expected dynamic_tag name to be safe HTML, got: #{inspect(name)}"
    end

    assigns =
      assigns
      |> assign(:tag, name)
      |> assign(:escaped_attrs, Phoenix.LiveView.HTMLEngine.attributes_escape(rest))

    if assigns.inner_block != [] do
      ~H"""
      {{:safe, [?<, @tag]}}{@escaped_attrs}{{:safe, [?>]}}{render_slot(@inner_block)}{{:safe,
       [?<, ?/, @tag, ?>]}}
      """
    else
      ~H"""
      {{:safe, [?<, @tag]}}{@escaped_attrs}{{:safe, [?/, ?>]}}
      """
    end
  end

  defp deprecated_tag_name(name, rest) do
    IO.warn("""
    Passing the tag name to `Phoenix.Component.dynamic_tag/1` using the `name` attribute is deprecated.

    Instead of:

        <.dynamic_tag name="p" ...>

    use `tag_name` instead:

        <.dynamic_tag tag_name="p" ...>
    """)

    {name, Map.delete(rest, :name)}
  end

  attr :enum, :any, required: true
  slot :inner_block, required: true
  slot :separator, required: true

  def intersperse(assigns) do
    ~H"""
    <%= for item <- Enum.intersperse(@enum, :separator) do %><%=
      if item == :separator do
        render_slot(@separator)
      else
        render_slot(@inner_block, item)
      end
    %><% end %>
    """noformat
  end

  attr :assign, Phoenix.LiveView.AsyncResult, required: true
  slot :loading
  slot :failed
  slot :inner_block

  def async_result(%{assign: result} = assigns) do
    cond do
      result.ok? -> ~H|{render_slot(@inner_block, @assign.result)}|
      result.loading -> ~H|{render_slot(@loading, @assign.loading)}|
      result.failed -> ~H|{render_slot(@failed, @assign.failed)}|
    end
  end

  attr :id, :string, required: true
  attr :target, :string, required: true
  attr :class, :any, default: nil
  attr :container, :string, default: "div"
  slot :inner_block, required: true

  def portal(assigns) do
    ~H"""
    <template id={@id} data-phx-portal={@target}>
      <%!-- A portal has exactly one root, so the content is wrapped. --%>
      <.dynamic_tag tag_name={@container} id={"_lv_portal_wrap_" <> @id} class={@class}>
        {render_slot(@inner_block)}
      </.dynamic_tag>
    </template>
    """
  end

  attr :upload, Phoenix.LiveView.UploadConfig, required: true
  attr :accept, :string
  attr :rest, :global, include: ~w(webkitdirectory required disabled capture form)

  def live_file_input(%{upload: upload} = assigns) do
    assigns = assign_new(assigns, :accept, fn -> upload.accept != :any && upload.accept end)

    ~H"""
    <input
      id={@upload.ref}
      type="file"
      name={@upload.name}
      accept={@accept}
      data-phx-hook="Phoenix.LiveFileUpload"
      data-phx-upload-ref={@upload.ref}
      data-phx-active-refs={refs_of(@upload.entries)}
      data-phx-done-refs={refs_of(Enum.filter(@upload.entries, & &1.done?))}
      data-phx-preflighted-refs={refs_of(Enum.filter(@upload.entries, & &1.preflighted?))}
      data-phx-error-refs={@upload.errors != [] && error_refs(@upload.errors)}
      data-phx-auto-upload={@upload.auto_upload?}
      {if @upload.max_entries > 1, do: Map.put(@rest, :multiple, true), else: @rest}
    />
    """
  end

  defp refs_of(entries), do: Enum.map_join(entries, ",", & &1.ref)

  defp error_refs(errors), do: errors |> Enum.map(&elem(&1, 0)) |> Enum.uniq() |> Enum.join(",")

  attr :entry, Phoenix.LiveView.UploadEntry, required: true
  attr :id, :string, default: nil
  attr :rest, :global, include: ~w(alt width height)

  def live_img_preview(assigns) do
    ~H"""
    <img
      id={@id || "phx-preview-#{@entry.ref}"}
      data-phx-upload-ref={@entry.upload_ref}
      data-phx-entry-ref={@entry.ref}
      data-phx-hook="Phoenix.LiveImgPreview"
      data-phx-update="ignore"
      {@rest}
    />
    """
  end
end
