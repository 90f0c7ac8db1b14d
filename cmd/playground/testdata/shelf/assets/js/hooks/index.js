import {greeting} from "./words"

export const Greet = {
  mounted() {
    this.el.textContent = greeting
  },
}
