# The stand-in for Kaggle's notebook image, built by standin-image.sh where mmdebstrap cannot be used.
# The script gives the packages and the recipe number, so that both ways make the same image.
# debian:bookworm-20260803-slim, as docker-library/repo-info lists it (repos/debian/remote/bookworm-slim.md).
FROM debian@sha256:abd67ffcfa541b485a3dff59865ab629aa048a6c613e639d36e7456b0b229241

ARG packages
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages \
    && rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* \
    && mkdir -p /kaggle/input /kaggle/working /kaggle/temp /kaggle/lib \
    && ln -sf python3 /usr/bin/python

ENV HOME=/root LANG=C.UTF-8 KAGGLE_KERNEL_RUN_TYPE=Batch
WORKDIR /kaggle/working
CMD ["/bin/bash"]

ARG recipe
LABEL julia-kaggle.standin=$recipe
