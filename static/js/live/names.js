/**
 * Names of areas that were just changed, put into the states of cameras until their workers say them (DASH-5): a name
 * shows at once, and no state of a moment ago brings the old one back.
 */

export class NewNames {
  #told = new Map(); // id of a camera -> {version, names: Map number -> name}

  /** Of the news "names". */
  tell({ camera, version, extensions }) {
    const { areas = [] } = extensions.find(({ kind }) => kind === "occupancy") ?? {};
    this.#told.set(camera, { version, names: new Map(areas.map(({ number, name }) => [number, name])) });
  }

  /** The state with the newest names. What its worker has taken over is forgotten. */
  on(state) {
    const told = this.#told.get(state.camera);
    if (!told) return state;
    if (state.version >= told.version) {
      this.#told.delete(state.camera);
      return state;
    }
    return { ...state, areas: state.areas.map((area) => ({ ...area, name: told.names.get(area.number) ?? area.name })) };
  }
}
