#include "testbed.h"

#include <string.h>
#include <unistd.h>

#include "arguments.h"

#define HOST "/devices/pci0000:00/0000:00:14.0"
/* Numbers of devices: Documentation/admin-guide/devices.txt of Linux. */
enum { USB_MAJOR = 189, MINORS_OF_BUS = 128, ACM_MAJOR = 166, USB_SERIAL_MAJOR = 188 };

/* A description of a device as umockdev reads it. */
static void add_attribute(GString *text, const char *name, const char *value) {
  if (*value == 0) return;
  g_autofree char *escaped = g_strescape(value, NULL);
  g_string_append_printf(text, "A: %s=%s\\n\n", name, escaped);
}

static void add_descriptors(GString *text, GBytes *descriptors) {
  gsize count;
  const uint8_t *bytes = g_bytes_get_data(descriptors, &count);
  g_string_append(text, "H: descriptors=");
  for (gsize n = 0; n < count; n++) g_string_append_printf(text, "%02X", bytes[n]);
  g_string_append(text, "\n");
}

static void describe(GString *text, const usb_identity *it, const char *path) {
  g_string_append_printf(text, "P: %s\n", path);
  g_string_append_printf(text, "N: bus/usb/%03u/%03u=00\n", it->bus, it->address);
  g_string_append_printf(text, "E: DEVNAME=/dev/bus/usb/%03u/%03u\n", it->bus, it->address);
  g_string_append_printf(text, "E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: DRIVER=usb\n");
  g_string_append_printf(text, "E: PRODUCT=%x/%x/100\nE: TYPE=0/0/0\n", it->vendor_id, it->product_id);
  g_string_append_printf(text, "E: BUSNUM=%03u\nE: DEVNUM=%03u\n", it->bus, it->address);
  g_string_append_printf(text, "E: MAJOR=%d\nE: MINOR=%u\n", USB_MAJOR,
                         (it->bus - 1) * MINORS_OF_BUS + it->address - 1);
  g_string_append_printf(text, "A: busnum=%u\\n\nA: devnum=%u\\n\n", it->bus, it->address);
  g_string_append_printf(text, "A: devpath=%u\\n\nA: speed=%u\\n\n", it->port, it->speed);
  g_string_append_printf(text, "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n", it->vendor_id, it->product_id);
  g_string_append_printf(text, "A: bcdDevice=0100\\n\nA: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\n");
  add_attribute(text, "manufacturer", it->vendor);
  add_attribute(text, "product", it->product);
  add_attribute(text, "serial", it->serial);
  add_descriptors(text, it->descriptors);
  g_string_append(text, "\n");
}

static void describe_interface(GString *text, const usb_identity *it, const char *path) {
  g_string_append_printf(text, "P: %s\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n", path);
  g_string_append_printf(text, "E: PRODUCT=%x/%x/100\nE: INTERFACE=%u/%u/%u\n", it->vendor_id, it->product_id,
                         it->class, it->subclass, it->protocol);
  g_string_append_printf(text, "A: bInterfaceNumber=00\\n\nA: bAlternateSetting= 0\\n\nA: bNumEndpoints=02\\n\n");
  g_string_append_printf(text, "A: bInterfaceClass=%02x\\n\nA: bInterfaceSubClass=%02x\\n\n", it->class,
                         it->subclass);
  g_string_append_printf(text, "A: bInterfaceProtocol=%02x\\n\n\n", it->protocol);
}

/* ---- Root hubs ---- */

/* A hub with an interface of its own and an endpoint that tells of changes. */
static void describe_hub(GString *text, uint32_t bus, const char *path) {
  static const uint8_t descriptors[] = {18, 1, 0x00, 0x02, 9, 0, 1, 64, 0x6B, 0x1D, 0x02, 0x00, 0x02, 0x05, 0, 2, 0, 1,
                                        9,  2, 25,   0,    1, 1, 0, 0xE0, 0,
                                        9,  4, 0,    0,    1, 9, 0, 0,  0,
                                        7,  5, 0x81, 3,    4, 0, 12};
  usb_identity hub = {.vendor_id = 0x1D6B, .product_id = 2, .vendor = "", .product = "root hub", .serial = "",
                      .speed = 480, .bus = bus, .address = 1};
  hub.descriptors = g_bytes_new_static(descriptors, sizeof descriptors);
  describe(text, &hub, path);
  g_bytes_unref(hub.descriptors);
}

static bool add_hub(UMockdevTestbed *testbed, uint32_t bus, GError **error) {
  static GHashTable *hubs;
  if (hubs == NULL) hubs = g_hash_table_new(NULL, NULL);
  if (g_hash_table_contains(hubs, GUINT_TO_POINTER(bus))) return true;
  g_autoptr(GString) text = g_string_new(NULL);
  g_autofree char *path = g_strdup_printf(HOST "/usb%u", bus);
  describe_hub(text, bus, path);
  if (!umockdev_testbed_add_from_string(testbed, text->str, error)) return false;
  g_hash_table_add(hubs, GUINT_TO_POINTER(bus));
  return true;
}

/* ---- Devices ---- */

char *testbed_node(const usb_identity *it) {
  return g_strdup_printf("/dev/bus/usb/%03u/%03u", it->bus, it->address);
}

static char *file_of_node(UMockdevTestbed *testbed, const char *node) {
  g_autofree char *root = umockdev_testbed_get_root_dir(testbed);
  return g_strconcat(root, node, NULL);
}

bool testbed_add(UMockdevTestbed *testbed, const usb_identity *it, place_of_device *place, GError **error) {
  if (!add_hub(testbed, it->bus, error)) return false;
  g_autoptr(GString) text = g_string_new(NULL);
  g_autofree char *device = g_strdup_printf(HOST "/usb%u/%u-%u", it->bus, it->bus, it->port);
  g_autofree char *interface = g_strdup_printf("%s/%u-%u:1.0", device, it->bus, it->port);
  describe(text, it, device);
  describe_interface(text, it, interface);
  if (!umockdev_testbed_add_from_string(testbed, text->str, error)) return false;
  place->node = testbed_node(it);
  place->node_file = file_of_node(testbed, place->node);
  place->device = g_strconcat("/sys", device, NULL);
  place->interface = g_strconcat("/sys", interface, NULL);
  return true;
}

bool testbed_add_tty(UMockdevTestbed *testbed, place_of_device *place, const char *name, const char *driver,
                     GError **error) {
  bool is_acm = strcmp(driver, "cdc_acm") == 0;
  const char *interface = place->interface + strlen("/sys");
  g_autofree char *own_name = g_path_get_basename(interface);
  g_autoptr(GString) text = g_string_new(NULL);
  /* cdc_acm hangs its ports onto the interface; drivers of usb-serial onto a device of their own. */
  g_autofree char *parent = is_acm ? g_strdup(interface) : g_strdup_printf("%s/%s", interface, name);
  if (!is_acm) {
    g_string_append_printf(text, "P: %s\nE: SUBSYSTEM=usb-serial\nE: DRIVER=%s\nA: latency_timer=16\\n\n\n", parent,
                           driver);
  }
  g_string_append_printf(text, "P: %s/tty/%s\nN: %s\nE: DEVNAME=/dev/%s\nE: SUBSYSTEM=tty\n", parent, name, name, name);
  g_string_append_printf(text, "E: MAJOR=%d\nE: MINOR=%d\n", is_acm ? ACM_MAJOR : USB_SERIAL_MAJOR,
                         (int)g_ascii_strtoull(name + strcspn(name, "0123456789"), NULL, 10));
  g_string_append_printf(text, "L: device=../../../%s\n", is_acm ? own_name : name);
  if (!umockdev_testbed_add_from_string(testbed, text->str, error)) return false;
  g_autofree char *link = g_strdup_printf("../../../../../../bus/usb/drivers/%s", driver);
  umockdev_testbed_set_attribute_link(testbed, place->interface, "driver", link);
  g_autofree char *node = g_strdup_printf("/dev/%s", name);
  if (!is_acm) place->port = g_strconcat("/sys", parent, NULL);
  place->tty = g_strdup_printf("/sys%s/tty/%s", parent, name);
  place->tty_file = file_of_node(testbed, node);
  return true;
}

void testbed_announce(UMockdevTestbed *testbed, const place_of_device *place) {
  umockdev_testbed_uevent(testbed, place->device, "add");
  umockdev_testbed_uevent(testbed, place->interface, "add");
  if (place->tty != NULL) umockdev_testbed_uevent(testbed, place->tty, "add");
}

/* Children first, so that no link of a bus or a class is left. */
void testbed_remove(UMockdevTestbed *testbed, place_of_device *place) {
  const char *devices[] = {place->tty, place->port, place->interface, place->device};
  for (size_t n = 0; n < G_N_ELEMENTS(devices); n++) {
    if (devices[n] != NULL) umockdev_testbed_uevent(testbed, devices[n], "remove");
  }
  for (size_t n = 0; n < G_N_ELEMENTS(devices); n++) {
    if (devices[n] != NULL) umockdev_testbed_remove_device(testbed, devices[n]);
  }
  (void)unlink(place->node_file);
  if (place->tty_file != NULL) (void)unlink(place->tty_file);
  g_free(place->node);
  g_free(place->node_file);
  g_free(place->device);
  g_free(place->interface);
  g_free(place->port);
  g_free(place->tty);
  g_free(place->tty_file);
  *place = (place_of_device){0};
}
