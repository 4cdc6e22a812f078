package database

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

var errNoCertificate = errors.New("the server has no certificate")

// verifyChain verifies the certificate of a server by the authorities of this machine, whatever its name.
func verifyChain(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errNoCertificate
	}
	between := x509.NewCertPool()
	for _, each := range state.PeerCertificates[1:] {
		between.AddCert(each)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Intermediates: between})
	return err
}
