#!/bin/sh
# usage: certificates.sh FOLDER
# Makes an authority (ca.pem), good certificates of it for localhost and for ::1, and eight bad ones, each NAME.pem with NAME.key.
set -eu
cd "$1"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# authority NAME: one that signs itself
authority() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -days 30 -subj "/CN=$1" -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign
}

# signed NAME AUTHORITY DAYS HOST USE [CONSTRAINTS [OTHER NAMES]]: a certificate whose key is there
signed() {
    openssl req -new -key "$1.key" -subj "/CN=$4" -out "$1.csr"
    printf 'subjectAltName=%s\nbasicConstraints=%s\nextendedKeyUsage=%s\n' "${7:-DNS:$4}" "${6:-CA:FALSE}" "$5" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" -extfile "$1.ext" \
        -out "$1.pem"
}

authority ca
authority other

for name in good six expired wronghost wrongca purpose middle between chainless notca; do key "$name"; done
openssl genrsa -out weak.key 1024

signed good ca 30 localhost serverAuth
signed six ca 30 localhost serverAuth CA:FALSE IP:::1
signed expired ca -1 localhost serverAuth
signed wronghost ca 30 example.org serverAuth
signed wrongca other 30 localhost serverAuth
signed purpose ca 30 localhost clientAuth
signed weak ca 30 localhost serverAuth
# The one in between is an authority, and is not sent.
signed middle ca 30 middle serverAuth CA:TRUE
signed chainless middle 30 localhost serverAuth
# The one in between is sent, and is none.
signed between ca 30 between serverAuth
signed notca between 30 localhost serverAuth
cat between.pem >>notca.pem

key selfsigned
openssl req -x509 -new -key selfsigned.key -days 30 -subj /CN=localhost -out selfsigned.pem \
    -addext subjectAltName=DNS:localhost
