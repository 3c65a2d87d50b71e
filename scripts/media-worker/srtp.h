// mediasoup calls libsrtp 3, which reads one buffer and writes another; distributions have libsrtp 2, which works in
// place and trusts its caller for the room behind the packet. Here are the calls of 3 that mediasoup makes, upon 2.
#pragma once
#include <srtp2/srtp.h>
#include <cstddef>
#include <cstdint>
#include <cstring>

#define srtp_stream_remove srtp_remove_stream
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err = static_cast<srtp_err_status_t>(29);

namespace onLibsrtp2
{
	/** `growth`: how many bytes `inPlace` may add behind the packet. */
	template<typename InPlace>
	inline srtp_err_status_t call(
	  InPlace inPlace, srtp_t context, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t growth)
	{
		if (*outLength < inLength + growth)
		{
			return srtp_err_status_buffer_small;
		}
		if (in != out)
		{
			std::memmove(out, in, inLength);
		}
		int length          = static_cast<int>(inLength);
		const auto status = inPlace(context, out, &length);
		if (status == srtp_err_status_ok)
		{
			*outLength = static_cast<size_t>(length);
		}
		return status;
	}
} // namespace onLibsrtp2

inline srtp_err_status_t srtp_protect(
  srtp_t context, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t /*mkiIndex*/)
{
	return onLibsrtp2::call(
	  [](srtp_t c, void* packet, int* length) { return srtp_protect(c, packet, length); },
	  context, in, inLength, out, outLength, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t context, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t /*mkiIndex*/)
{
	// RFC 3711 3.4: SRTCP adds its index too.
	return onLibsrtp2::call(
	  [](srtp_t c, void* packet, int* length) { return srtp_protect_rtcp(c, packet, length); },
	  context, in, inLength, out, outLength, SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t context, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength)
{
	return onLibsrtp2::call(
	  [](srtp_t c, void* packet, int* length) { return srtp_unprotect(c, packet, length); },
	  context, in, inLength, out, outLength, 0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t context, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength)
{
	return onLibsrtp2::call(
	  [](srtp_t c, void* packet, int* length) { return srtp_unprotect_rtcp(c, packet, length); },
	  context, in, inLength, out, outLength, 0);
}
