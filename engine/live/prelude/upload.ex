# The structs of uploads. Their functions are written in Go, in packages live
# and upload.

defmodule Phoenix.LiveView.UploadConfig do
  @moduledoc false
  @derive {Inspect,
           only: [
             :name,
             :ref,
             :entries,
             :consumed_entries,
             :max_entries,
             :max_entries_mode,
             :max_file_size,
             :accept,
             :errors,
             :auto_upload?,
             :progress_event,
             :writer,
             :validator
           ]}

  defstruct name: nil,
            cid: :unregistered,
            client_key: nil,
            max_entries: 1,
            max_entries_mode: :selected,
            max_file_size: 8_000_000,
            chunk_size: 64_000,
            chunk_timeout: 10_000,
            entries: [],
            consumed_entries: 0,
            entry_refs_to_pids: %{},
            entry_refs_to_metas: %{},
            accept: [],
            acceptable_types: MapSet.new(),
            acceptable_exts: MapSet.new(),
            external: false,
            allowed?: false,
            ref: nil,
            errors: [],
            auto_upload?: false,
            progress_event: nil,
            writer: nil,
            validator: nil

  def entry_pid(%{entry_refs_to_pids: pids}, %{ref: ref}) do
    case Map.fetch(pids, ref) do
      {:ok, pid} when is_pid(pid) -> pid
      {:ok, status} when status in [:unregistered, :invalid, :failed] -> nil
    end
  end
end

defmodule Phoenix.LiveView.UploadEntry do
  @moduledoc false
  defstruct progress: 0,
            preflighted?: false,
            upload_config: nil,
            upload_ref: nil,
            ref: nil,
            uuid: nil,
            valid?: false,
            done?: false,
            cancelled?: false,
            client_name: nil,
            client_relative_path: nil,
            client_size: nil,
            client_type: nil,
            client_last_modified: nil,
            client_meta: nil
end

defmodule Phoenix.LiveView.UploadWriter do
  @moduledoc false
  @callback init(opts :: term) :: {:ok, state :: term} | {:error, term}
  @callback meta(state :: term) :: map
  @callback write_chunk(data :: binary, state :: term) ::
              {:ok, state :: term} | {:error, reason :: term, state :: term}
  @callback close(state :: term, reason :: :done | :cancel | {:error, term}) ::
              {:ok, state :: term} | {:error, term}
end

# The writer of uploads that name none. What it does is Go's.
defmodule Phoenix.LiveView.UploadTmpFileWriter do
  @moduledoc false
end
