package browsertest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamsplayground/internal/browsertest"
)

// perRoom is how many messages each room of the chat starts with.
const perRoom = 240

// scrollToFirst scrolls up, page after page, until the room's first message is
// there, and checks that none is missing, twice there, or out of order.
func scrollToFirst(t *testing.T, client *browsertest.View) {
	t.Helper()
	const numbers = `[...document.querySelectorAll("#messages > * p")].map((p) => p.textContent.split(".")[0]).join(" ")`
	for range 2 * perRoom / 10 {
		before := client.Text(`document.querySelectorAll("#messages > *").length`)
		if client.Text(`document.querySelector("#messages p").textContent.split(".")[0]`) == "1" {
			break
		}
		client.Wheel(".scroll", 30) // away from the top, so that the next is a way up
		client.Wheel(".scroll", -10000)
		// With two pushes in flight any LiveView client puts the first rows at the end.
		client.Until(fmt.Sprintf(`document.querySelectorAll("#messages > *").length > %s && !document.querySelector("[data-phx-ref-src]")`, before))
	}
	got := strings.Fields(client.Text(numbers))
	var want []string
	for n := range perRoom {
		want = append(want, strconv.Itoa(n+1))
	}
	if len(got) < perRoom || !slices.Equal(got[:perRoom], want) {
		t.Errorf("the messages are %v", got)
	}
}

// TestTheTalk plays what the talk shows, with two clients on the stage.
func TestTheTalk(t *testing.T) {
	l := openLesson(t, "insert", "antonia", "virgil")
	antonia, virgil := l.client("antonia"), l.client("virgil")

	// Send in one, and it appears in both.
	send(antonia, "Lake house at 8?")
	send(antonia, "I have the keys.")
	antonia.Until(messages + `.endsWith("|Lake house at 8?|I have the keys.")`)
	virgil.Until(messages + `.endsWith("|Lake house at 8?|I have the keys.")`)

	// The inspector has the operation before the flush, nothing after it, and
	// the frame that the browser got.
	l.choose("virgil: info new_message")
	pending := l.Text(`document.querySelector(".pending").textContent`)
	if strings.Count(pending, `{"messages-`) != 1 || !strings.Contains(pending, `{"messages-482", -1,`) || !strings.Contains(pending, `content: "I have the keys."`) {
		t.Errorf("pending is\n%s", pending)
	}
	l.wantIn(".flushed", "inserts: []", "deletes: []")
	frame := l.rawFrame()
	if !slices.Contains(l.Received(), frame) {
		t.Errorf("the browser got no such frame: %s", frame)
	}
	checkInsertFrame(t, frame)
	l.tab("streams")

	// Edit in place: the position stays.
	virgil.Point("#messages-481")
	virgil.Click("#messages-481 [phx-click=edit_message]")
	virgil.Fill("#messages-481 form.editor input[type=text]", "Lake house at 9?")
	virgil.Click("#messages-481 form.editor button")
	for _, client := range []*browsertest.View{antonia, virgil} {
		client.Until(messages + `.endsWith("|Lake house at 9?|I have the keys.")`)
	}

	// Delete.
	antonia.Point("#messages-481")
	antonia.Click("#messages-481 [phx-click=delete_message]")
	for _, client := range []*browsertest.View{antonia, virgil} {
		client.Until(`!document.querySelector("#messages-481") && ` + messages + `.endsWith("|I have the keys.")`)
	}

	// Back to the first message.
	scrollToFirst(t, virgil)
	virgil.Want(`document.querySelectorAll("#messages > *").length`, strconv.Itoa(perRoom+1))
	antonia.Want(`document.querySelectorAll("#messages > *").length`, "11")

	// The other room, and back.
	antonia.Click(`.rooms a[href$="/rooms/2"]`)
	antonia.Until(`document.querySelector("#messages-480") && document.querySelectorAll("#messages > *").length === 10`)
	l.Until(`document.querySelector("#address-0").value === "/rooms/2"`)
	send(virgil, "antonia is gone")
	virgil.Until(messages + `.endsWith("|antonia is gone")`)
	antonia.Want(`document.body.innerText.includes("antonia is gone")`, "false")
}

// checkInsertFrame checks the diff that inserts a row, whole.
func checkInsertFrame(t *testing.T, frame string) {
	t.Helper()
	var parts []any
	if err := json.Unmarshal([]byte(frame), &parts); err != nil || len(parts) != 5 {
		t.Fatalf("%v: %s", err, frame)
	}
	topic, _ := parts[2].(string)
	if parts[1] != nil || !strings.HasPrefix(topic, "lv:phx-") || parts[3] != "diff" {
		t.Errorf("the frame is %s", frame)
	}
	diff, _ := parts[4].(map[string]any)
	var streams []string
	for key, part := range diff {
		part, _ := part.(map[string]any)
		if stream, ok := part["stream"]; ok {
			data, _ := json.Marshal(stream)
			streams = append(streams, string(data))
			rows, _ := part["k"].(map[string]any)
			if rows["kc"] != 1.0 || len(rows) != 2 {
				t.Errorf("part %s has the rows %v", key, rows)
			}
		}
	}
	if !slices.Equal(streams, []string{`["0",[["messages-482",-1,null,false]],[]]`}) {
		t.Errorf("the frame's streams are %v: %s", streams, frame)
	}
}
