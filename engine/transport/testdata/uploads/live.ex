defmodule CountWriter do
  @behaviour Phoenix.LiveView.UploadWriter
  @impl true
  def init(opts), do: if(opts[:fail] == :init, do: {:error, :no_init}, else: {:ok, %{n: 0, opts: opts}})
  @impl true
  def meta(state), do: %{bytes: state.n, level: state.opts[:level]}
  @impl true
  def write_chunk("bad" <> _, state), do: {:error, :bad_bytes, state}
  def write_chunk(data, state), do: {:ok, %{state | n: state.n + byte_size(data)}}
  @impl true
  def close(state, _reason), do: {:ok, state}
end

defmodule UploadsLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket) do
    {:ok,
     socket
     |> assign(log: [], note: nil)
     |> allow_upload(:doc, accept: ~w(.txt image/*), max_entries: 2, max_file_size: 20, chunk_size: 8)
     |> allow_upload(:auto, accept: :any, auto_upload: true, progress: &progress/3, chunk_size: 4, validator: &validate/1)
     |> allow_upload(:count, accept: :any, max_entries: 3, max_entries_mode: :total, writer: &writer/3)
     |> allow_upload("ext", accept: :any, external: &presign/2)}
  end

  defp validate(%{client_name: "no.txt"}), do: {:error, :no_thanks}
  defp validate(_entry), do: :ok

  defp writer(name, %{client_name: "init"}, _socket), do: {CountWriter, level: name, fail: :init}
  defp writer(name, _entry, _socket), do: {CountWriter, level: name}

  defp presign(%{client_name: "no"}, socket), do: {:error, %{why: "full"}, socket}
  defp presign(entry, socket), do: {:ok, %{uploader: "S3", key: entry.client_name}, assign(socket, :note, "presigned")}

  defp progress(:auto, entry, socket) do
    if entry.done? do
      name = consume_uploaded_entry(socket, entry, fn %{path: _} -> {:ok, entry.client_name} end)
      {:noreply, update(socket, :log, &["auto #{name}" | &1])}
    else
      {:noreply, assign(socket, :note, "#{entry.progress}%")}
    end
  end

  def render(assigns) do
    ~H"""
    <form id="f" phx-change="validate" phx-submit="save">
      <.live_file_input upload={@uploads.doc} class="x" />
      <.live_file_input upload={@uploads.auto} required />
      <.live_file_input upload={@uploads.count} />
      <.live_file_input upload={@uploads["ext"]} accept=".x" />
      <p :for={e <- upload_errors(@uploads.doc)}>{inspect(e)}</p>
      <div :for={e <- @uploads.doc.entries}>
        {e.client_name} {e.progress}
        {inspect({e.valid?, e.done?, e.client_type, e.client_size, e.client_relative_path})}
        {inspect({e.client_last_modified, e.client_meta, e.preflighted?, e.cancelled?})}
        <.live_img_preview entry={e} width="75" />
        <b :for={err <- upload_errors(@uploads.doc, e)}>{inspect(err)}</b>
      </div>
      <i :for={e <- @uploads.count.entries}>{e.client_name} {e.progress} {inspect(upload_errors(@uploads.count, e))}</i>
      <i :for={e <- @uploads["ext"].entries}>{e.client_name} {inspect(upload_errors(@uploads["ext"], e))}</i>
      <i :for={e <- @uploads.auto.entries}>{e.client_name} {inspect(upload_errors(@uploads.auto, e))}</i>
    </form>
    <p>{inspect(@log)} {@note}</p>
    """
  end

  def handle_event("validate", params, socket), do: {:noreply, assign(socket, :note, inspect(params))}

  def handle_event("cancel", %{"name" => name, "ref" => ref}, socket),
    do: {:noreply, cancel_upload(socket, String.to_existing_atom(name), ref)}

  def handle_event("entries", _, socket) do
    {a, b} = uploaded_entries(socket, :doc)
    {:noreply, assign(socket, :note, inspect({Enum.map(a, & &1.client_name), Enum.map(b, & &1.client_name)}))}
  end

  def handle_event("save", params, socket) do
    got = consume_uploaded_entries(socket, :doc, fn %{path: path}, e -> {:ok, {e.client_name, is_binary(path)}} end)
    {:noreply, update(socket, :log, &[{params, got} | &1])}
  end

  def handle_event("postpone", _, socket) do
    got = consume_uploaded_entries(socket, :doc, fn _, e -> {:postpone, e.ref} end)
    {:noreply, update(socket, :log, &[got | &1])}
  end

  def handle_event("count", _, socket) do
    got = consume_uploaded_entries(socket, :count, fn meta, _ -> {:ok, meta} end)
    {:noreply, update(socket, :log, &[got | &1])}
  end

  def handle_event("ext", _, socket) do
    got = consume_uploaded_entries(socket, "ext", fn meta, e -> {:ok, {meta, e.client_name}} end)
    {:noreply, update(socket, :log, &[got | &1])}
  end

  def handle_event("disallow", _, socket), do: {:noreply, disallow_upload(socket, :doc)}
  def handle_event("allow", _, socket), do: {:noreply, allow_upload(socket, :doc, accept: ~w(.pdf))}
end

defmodule UploadsRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", UploadsLive
end
