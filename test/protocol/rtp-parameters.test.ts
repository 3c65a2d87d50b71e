import assert from 'node:assert/strict';
import { RtpCapabilities, RtpParameters } from '../../protocol/media.ts';

const LINE = 'x\r\na=candidate:1 1 udp 1 203.0.113.9 9 typ host';
const uri = 'urn:ietf:params:rtp-hdrext:sdes:mid';

describe('what an end says of its RTP', () => {
  const honest = {
    mid: '0',
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: 107,
        clockRate: 90_000,
        parameters: { 'profile-level-id': '42e01f', 'packetization-mode': 1 },
        rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
      },
    ],
    headerExtensions: [{ uri, id: 4, parameters: {} }],
    encodings: [{ ssrc: 1111, scalabilityMode: 'L1T3' }],
    rtcp: { cname: '{3f5b+/0c=}', reducedSize: true },
  };
  const [codec] = honest.codecs;

  it('is taken as browsers say it', () => {
    assert.deepEqual(RtpParameters.parse(honest), honest);
  });

  // The other side's browser is given a description that is made of it (RFC 8866): a line end would begin a line there.
  const lies: Record<string, unknown> = {
    cname: { ...honest, rtcp: { cname: LINE } },
    mid: { ...honest, mid: LINE.slice(0, 20) },
    'a parameter’s value': { ...honest, codecs: [{ ...codec, parameters: { apt: LINE } }] },
    'a parameter’s name': { ...honest, codecs: [{ ...codec, parameters: { [LINE]: 1 } }] },
    'a second parameter in one': { ...honest, codecs: [{ ...codec, parameters: { apt: '96;b=1' } }] },
    feedback: { ...honest, codecs: [{ ...codec, rtcpFeedback: [{ type: 'nack', parameter: LINE }] }] },
    'an extension’s uri': { ...honest, headerExtensions: [{ uri: LINE, id: 4 }] },
    'the layers': { ...honest, encodings: [{ scalabilityMode: 'L1\r\na=x' }] },
  };
  for (const [place, lie] of Object.entries(lies))
    it(`may hold no line of its own: ${place}`, () => {
      assert.equal(RtpParameters.safeParse(lie).success, false);
    });

  it('may hold none in what it can decode either', () => {
    const capabilities = {
      codecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }],
      headerExtensions: [],
    };
    assert.equal(RtpCapabilities.safeParse(capabilities).success, true);
    const lie = { ...capabilities, codecs: [{ ...capabilities.codecs[0], parameters: { apt: LINE } }] };
    assert.equal(RtpCapabilities.safeParse(lie).success, false);
  });
});
