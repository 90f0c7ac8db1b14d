# HTML for tests: LazyHTML, and the trees that LiveView's own tests look into.

defmodule LazyHTML do
  @moduledoc false
  # The nodes are kept as they were parsed: selectors see what is around them.
  defstruct [:resource]

  alias LazyHTML.Native

  def from_document(html) when is_binary(html), do: Native.from_document(html)
  def from_fragment(html) when is_binary(html), do: Native.from_fragment(html)
  def from_tree(tree) when is_list(tree), do: Native.from_tree(tree)

  def to_html(%LazyHTML{} = lazy, opts \\ []), do: Native.to_html(lazy, Keyword.get(opts, :skip_whitespace_nodes, false))
  def to_tree(%LazyHTML{} = lazy, opts \\ []), do: Native.to_tree(lazy, Keyword.get(opts, :sort_attributes, false), Keyword.get(opts, :skip_whitespace_nodes, false))

  def query(%LazyHTML{} = lazy, selector) when is_binary(selector), do: Native.query(lazy, selector, true)
  def filter(%LazyHTML{} = lazy, selector) when is_binary(selector), do: Native.query(lazy, selector, false)
  def query_by_id(%LazyHTML{} = lazy, id) when is_binary(id), do: Native.query_by_id(lazy, id)
  def child_nodes(%LazyHTML{} = lazy), do: Native.child_nodes(lazy)
  def parent_node(%LazyHTML{} = lazy), do: Native.parent_node(lazy)
  def nth_child(%LazyHTML{} = lazy), do: Native.nth_child(lazy)
  def text(%LazyHTML{} = lazy), do: Native.text(lazy)
  def tag(%LazyHTML{} = lazy), do: for({tag, _, _} <- to_tree(lazy), do: tag)

  def attribute(%LazyHTML{} = lazy, name) when is_binary(name),
    do: for({_, attrs, _} <- to_tree(lazy), {^name, value} <- attrs, do: value)

  def attributes(%LazyHTML{} = lazy), do: for({_, attrs, _} <- to_tree(lazy), do: attrs)

  def html_escape(text) when is_binary(text), do: text |> Phoenix.HTML.html_escape() |> Phoenix.HTML.safe_to_string()

  defimpl Enumerable do
    def count(lazy), do: {:ok, lazy |> LazyHTML.Native.split() |> length()}
    def member?(_lazy, _element), do: {:error, __MODULE__}
    def slice(_lazy), do: {:error, __MODULE__}
    def reduce(lazy, acc, fun), do: lazy |> LazyHTML.Native.split() |> Enumerable.List.reduce(acc, fun)
  end

  defimpl Inspect do
    def inspect(lazy, _opts) do
      nodes = LazyHTML.Native.split(lazy)

      if nodes == [] do
        "#LazyHTML<0 nodes>"
      else
        word = if length(nodes) == 1, do: "node", else: "nodes"
        shown = for {node, i} <- Enum.with_index(nodes, 1), do: "\n  ##{i}\n  " <> String.replace(LazyHTML.to_html(node), "\n", "\n  ")
        "#LazyHTML<\n  #{length(nodes)} #{word}" <> Enum.join(shown) <> "\n>"
      end
    end
  end

  defimpl String.Chars do
    def to_string(lazy), do: LazyHTML.to_html(lazy)
  end
end

defmodule LazyHTML.Tree do
  @moduledoc false

  def to_html(tree, opts \\ []) when is_list(tree), do: tree |> LazyHTML.from_tree() |> LazyHTML.to_html(opts)

  def postwalk(tree, fun) when is_list(tree), do: Enum.flat_map(tree, &List.wrap(walk(&1, fun)))

  def postwalk(tree, acc, fun) when is_list(tree) do
    {lists, acc} = Enum.map_reduce(tree, acc, fn node, acc -> walk(node, acc, fun) end)
    {Enum.flat_map(lists, &List.wrap/1), acc}
  end

  defp walk({tag, attrs, children}, fun), do: fun.({tag, attrs, postwalk(children, fun)})
  defp walk(node, fun), do: fun.(node)

  defp walk({tag, attrs, children}, acc, fun) do
    {children, acc} = postwalk(children, acc, fun)
    fun.({tag, attrs, children}, acc)
  end

  defp walk(node, acc, fun), do: fun.(node, acc)

  def prewalk_reduce(tree, acc, fun), do: Enum.reduce(tree, acc, &reduce_down(&1, &2, fun))
  defp reduce_down({_, _, children} = node, acc, fun), do: prewalk_reduce(children, fun.(node, acc), fun)
  defp reduce_down(node, acc, fun), do: fun.(node, acc)

  def postwalk_reduce(tree, acc, fun), do: Enum.reduce(tree, acc, &reduce_up(&1, &2, fun))
  defp reduce_up({_, _, children} = node, acc, fun), do: fun.(node, postwalk_reduce(children, acc, fun))
  defp reduce_up(node, acc, fun), do: fun.(node, acc)
end

defmodule Phoenix.LiveViewTest.DOM do
  @moduledoc false

  def parse_document(html, _report \\ nil), do: with_tree(LazyHTML.from_document(html))
  def parse_fragment(html, _report \\ nil), do: with_tree(LazyHTML.from_fragment(html))
  defp with_tree(lazy), do: {lazy, LazyHTML.to_tree(lazy)}

  def all(lazy, selector), do: LazyHTML.query(lazy, selector)
  def by_id!(lazy, id), do: LazyHTML.query_by_id(lazy, id)
  def child_nodes(lazy), do: LazyHTML.child_nodes(lazy)
  def tag(lazy), do: lazy |> LazyHTML.tag() |> List.first()
  def attribute(lazy, name), do: lazy |> LazyHTML.attribute(name) |> List.first()
  def to_html(lazy), do: LazyHTML.to_html(lazy, skip_whitespace_nodes: true)
  def to_tree(lazy, opts \\ []), do: LazyHTML.to_tree(lazy, opts)
  def to_lazy(tree), do: LazyHTML.from_tree(tree)
  def to_text(lazy), do: lazy |> LazyHTML.text() |> String.replace(~r/\s+/, " ") |> String.trim()
end

defmodule Phoenix.LiveViewTest.TreeDOM do
  @moduledoc false

  def filter(tree, fun), do: tree |> reverse_filter(fun) |> Enum.reverse()
  def reverse_filter(tree, fun), do: reduce(tree, [], fn node, found -> if fun.(node), do: [node | found], else: found end)

  def reduce(list, acc, fun) when is_list(list), do: Enum.reduce(list, acc, &reduce(&1, &2, fun))
  def reduce({_, _, children} = node, acc, fun), do: reduce(children, fun.(node, acc), fun)
  def reduce(_text_or_comment, acc, _fun), do: acc

  def tag({tag, _, _}), do: tag
  def tag(_), do: nil

  def attribute({tag, attrs, _}, name) when is_binary(tag) do
    case List.keyfind(attrs, name, 0) do
      {_, value} -> value
      nil -> nil
    end
  end

  def attribute(_, _), do: nil

  def attrs({_, attrs, _}), do: attrs
  def attrs([{_, attrs, _}]), do: attrs

  def all_attributes(tree, name), do: for({_, attrs, _} <- List.wrap(tree), {^name, value} <- attrs, do: value)

  def child_nodes({_, _, children}), do: children
  def child_nodes([{_, _, children}]), do: children
  def child_nodes(_), do: []

  def by_id!(tree, id) do
    case filter(tree, &(attribute(&1, "id") == id)) do
      [node] -> node
      [] -> raise "expected to find one node with id #{id}, but got none within: \n\n#{inspect_html(tree)}"
      many -> raise "expected exactly one node with id #{id}, but got #{length(many)}: \n\n#{inspect_html(Enum.reverse(many))}"
    end
  end

  def inner_html!(tree, id), do: tree |> by_id!(id) |> child_nodes()

  def to_html(text) when is_binary(text), do: text
  def to_html(tree), do: tree |> List.wrap() |> LazyHTML.Tree.to_html(skip_whitespace_nodes: true)

  def inspect_html(list) when is_list(list), do: Enum.map_join(list, &inspect_html/1)
  def inspect_html(node), do: "    " <> String.replace(to_html(node), "\n", "\n   ") <> "\n"

  def to_text(tree, trim \\ true) do
    text = text_of(tree)
    if trim, do: text |> String.replace(~r/\s+/, " ") |> String.trim(), else: text
  end

  defp text_of(text) when is_binary(text), do: text
  defp text_of(list) when is_list(list), do: Enum.map_join(list, &text_of/1)
  defp text_of({_, _, children}), do: text_of(children)
  defp text_of(_comment), do: ""

  def set_attr({tag, attrs, children}, name, value), do: {tag, List.keydelete(attrs, name, 0) ++ [{name, value}], children}

  def walk(tree, fun) do
    LazyHTML.Tree.postwalk(tree, fn
      {_, _, _} = element -> fun.(element)
      other -> other
    end)
  end

  def find_live_views(tree) do
    {main, others} =
      tree
      |> filter(&attribute(&1, "data-phx-session"))
      |> Enum.split_with(fn {_, attrs, _} -> List.keymember?(attrs, "data-phx-main", 0) end)

    for view <- Enum.reverse(main) ++ others do
      static = attribute(view, "data-phx-static")
      {attribute(view, "id"), attribute(view, "data-phx-session"), if(static in [nil, ""], do: nil, else: static)}
    end
  end

  def normalize_to_tree(html, opts \\ []) do
    tree =
      cond do
        is_binary(html) and opts[:full_document] -> html |> LazyHTML.from_document() |> LazyHTML.to_tree()
        is_binary(html) -> html |> LazyHTML.from_fragment() |> LazyHTML.to_tree()
        is_struct(html, LazyHTML) -> LazyHTML.to_tree(html)
        match?({%LazyHTML{}, _}, html) -> elem(html, 1)
        true -> html
      end

    normalize(tree, Keyword.get(opts, :sort_attributes, false), Keyword.get(opts, :trim_whitespace, true))
  end

  defp normalize({tag, attrs, children}, sort, trim), do: {tag, if(sort, do: Enum.sort(attrs), else: attrs), normalize(children, sort, trim)}
  defp normalize(list, sort, trim) when is_list(list), do: for(node <- list, not (trim and blank?(node)), do: normalize(node, sort, trim))
  defp normalize(text, _sort, trim) when is_binary(text), do: if(trim and blank?(text), do: nil, else: text)
  defp normalize(other, _sort, _trim), do: other

  defp blank?(node), do: is_binary(node) and String.trim(node) == ""

  defmacro sigil_X(text, []) do
    quote do
      Phoenix.LiveViewTest.TreeDOM.normalize_to_tree(unquote(text), sort_attributes: true)
    end
  end

  defmacro sigil_x(text, []) do
    quote do
      Phoenix.LiveViewTest.TreeDOM.normalize_to_tree(unquote(text), sort_attributes: true)
    end
  end

  def t2h(template), do: template |> Phoenix.LiveViewTest.rendered_to_string() |> normalize_to_tree(sort_attributes: true)
end
