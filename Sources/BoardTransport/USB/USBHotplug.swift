internal import CUSB

/// Hears of USB devices that come and go, used from one thread.
final class USBHotplug {
  /// What the callback notes; nothing else may be done in it.
  private final class Note {
    var hasNews = false
  }

  private let library: USBLibrary
  private let note = Note()
  private var handle: libusb_hotplug_callback_handle = 0

  /// Begins to listen.
  ///
  /// - Throws: ``TransportError/Code/unsupported`` where the library cannot hear of devices.
  init() throws(TransportError) {
    library = try USBLibrary()
    guard libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG.rawValue) != 0 else {
      throw TransportError(
        .unsupported, "usb", "libusb does not hear of devices here; look for them instead")
    }
    let events =
      LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT.rawValue
    let any = LIBUSB_HOTPLUG_MATCH_ANY
    let result = libusb_hotplug_register_callback(
      library.pointer, Int32(events), 0, any, any, any,
      { _, _, _, context in
        if let context { Unmanaged<Note>.fromOpaque(context).takeUnretainedValue().hasNews = true }
        return 0
      }, Unmanaged.passUnretained(note).toOpaque(), &handle)
    guard result == 0 else {
      throw TransportError(
        .io, "usb", "libusb cannot listen for devices: \(USBLibrary.text(result))")
    }
  }

  deinit { libusb_hotplug_deregister_callback(library.pointer, handle) }

  /// What to wait for between two calls of ``takeNews()``.
  var descriptors: [Watch] { library.descriptors }

  /// Whether a device has come or gone since the last call.
  func takeNews() -> Bool {
    library.handleEvents()
    defer { note.hasNews = false }
    return note.hasNews
  }
}
