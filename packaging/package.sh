#!/usr/bin/env bash
# Packs a built command into .build/package/tare_VERSION_ARCHITECTURE.deb, and has lintian look at it.
# Usage: packaging/package.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

binary=$(realpath -- "${1:-.build/release/tare}")
work=.build/package
# Whoever hands the package on puts their own address there.
maintainer="${DEBFULLNAME:-Tare maintainers} <${DEBEMAIL:-maintainers@tare.invalid}>"
version=$(sed -n '1s/^tare (\([^)]*\)).*/\1/p' packaging/debian/changelog)
if [[ ${version%-*} != "$("$binary" --version)" ]]; then
  echo "tare: packaging/debian/changelog says $version, and the command $("$binary" --version)" >&2
  exit 65
fi
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -d "$(sed -n 's/^ -- .*>  //p;T;q' packaging/debian/changelog)" +%s)}
export SOURCE_DATE_EPOCH
architecture=$(dpkg --print-architecture)

rm -rf "$work"
mkdir -p "$work/root/DEBIAN" "$work/debian"
root=$work/root
DESTDIR=$PWD/$root PREFIX=/usr BINARY=$binary STRIP=strip packaging/install.sh install

if command -v mandoc >/dev/null; then mandoc -T lint -W warning "$root"/usr/share/man/man1/*.1 >&2; fi

# What Debian wants otherwise than `make install`.
documents=$root/usr/share/doc/tare
mv "$documents/CHANGELOG.md" "$documents/changelog"
sed "s|@MAINTAINER@|$maintainer|" packaging/debian/changelog >"$documents/changelog.Debian"
install -m 644 packaging/debian/copyright "$documents/copyright"
gzip -9n "$documents"/changelog "$documents"/changelog.Debian "$root"/usr/share/man/man1/*.1
install -D -m 644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/tare"

# What the command is linked with, as packages with versions.
printf 'Source: tare\n\nPackage: tare\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O -eroot/usr/bin/tare | sed -n 's/^shlibs:Depends=//p')
[[ -n $depends ]] || { echo "tare: dpkg-shlibdeps found nothing" >&2 && exit 70; }

size=$(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)
sed "s|@VERSION@|$version|; s|@ARCHITECTURE@|$architecture|; s|@MAINTAINER@|$maintainer|
  s|@SIZE@|$size|; s|@DEPENDS@|$depends|" packaging/debian/control.in >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
  install -m 755 "packaging/debian/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

package=$work/tare_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
if command -v lintian >/dev/null; then
  lintian --fail-on error,warning --tag-display-limit 0 --allow-root "$package" >&2
else
  echo "tare: lintian is not there, and has not looked at the package" >&2
fi
echo "$package"
