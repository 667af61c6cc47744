import { messageTemplate } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { expectLinear } from './expect-linear.js';

const templates: readonly (readonly [message: string, template: string])[] = [
  ['user 42 not found', 'user <int> not found'],
  ['balance is -5', 'balance is <int>'],
  ['order_8812 and ord-8812 and #8812', 'order_<int> and ord-<int> and #<int>'],
  ['took 1.5 of 2.25e-3', 'took <float> of <float>'],
  ['mail to ann.lee+x@mail.example.org bounced', 'mail to <email> bounced'],
  ['GET https://api.example.com:8443/users/1?x=2 failed.', 'GET <url> failed.'],
  ['postgres://u:p@db/x refused', '<url> refused'],
  ['getaddrinfo ENOTFOUND api.stripe.com', 'getaddrinfo ENOTFOUND <hostname>'],
  ['no route to redis.default.svc.cluster.local:6379', 'no route to <hostname>:6379'],
  ['api.shop.co.uk and api.shop.dev', '<hostname> and <hostname>'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED <ip>:6379'],
  ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED <ip>:5432'],
  ['connect ECONNREFUSED 2001:db8::5:5432', 'connect ECONNREFUSED <ip>:5432'],
  [
    'listen EADDRINUSE: address already in use :::3000',
    'listen EADDRINUSE: address already in use <ip>:3000',
  ],
  ['from [2001:db8::1]:443 and fe80::1%eth0.', 'from [<ip>]:443 and <ip>.'],
  ['from ::ffff:10.0.0.1: closed', 'from <ip>: closed'],
  ['localhost:6379 is down', 'localhost:6379 is down'],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '<traceparent>'],
  ['id 3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'id <uuid>'],
  ['sha 356a192b7913b04c54574d18c28d46e6395428ab', 'sha <sha1>'],
  ['md5 d41d8cd98f00b204e9800998ecf8427e', 'md5 <md5>'],
  ['on 2026-11-20T10:00:00.123Z and 2026-11-20', 'on <date> and <date>'],
  ['on Fri Nov 20 2026 10:00:00 GMT+0100', 'on <date>'],
  ['on Fri, 20 Nov 2026 10:00:00 GMT at 10:00:00', 'on <date> at <date>'],
  ['timeout of 5000ms exceeded after 3 seconds', 'timeout of <duration> exceeded after <duration>'],
  ['at 0xdeadbeef', 'at <hex>'],
  ['ObjectId("507f1f77bcf86cd799439011")', 'ObjectId("<hex>")'],
  ['commit 9fceb02 on main', 'commit <git_sha> on main'],
  ['name=\'Ann Lee\' role="admin" ok=true', 'name=<quoted> role=<quoted> ok=<bool>'],
  ['\u001b[31mred 5\u001b[0m', 'red <int>'],
  ['\n\n  first 1 \r\n\n second\nthird', 'first <int>\nsecond'],
  ['', ''],
  // What stays
  ["Cannot read properties of undefined (reading 'x')", "Cannot read properties of undefined (reading 'x')"],
  ['logger.info is not a function', 'logger.info is not a function'],
  ['this.app.use is not a function', 'this.app.use is not a function'],
  ["Cannot find module './user.service.ts'", "Cannot find module './user.service.ts'"],
  ['a defaced facade', 'a defaced facade'],
  ['is true or "quoted"', 'is true or "quoted"'],
  ['Foo::bar and abc::def', 'Foo::bar and abc::def'],
  ['http2 and utf8 and base64', 'http2 and utf8 and base64'],
];

describe('messageTemplate', () => {
  for (const [message, template] of templates) {
    it(`makes ${JSON.stringify(template)} of ${JSON.stringify(message)}`, () => {
      expect(messageTemplate(message)).to.equal(template);
    });
  }

  it('is at most 200 characters, with whole characters', () => {
    expect(messageTemplate('word '.repeat(1_000))).to.have.lengthOf(200);
    expect(messageTemplate('é😀'.repeat(200)).isWellFormed()).to.equal(true);
  });

  it('sees an id whole before it cuts', () => {
    const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    expect(messageTemplate('x'.repeat(190) + ` ${id}`)).to.equal(
      messageTemplate('x'.repeat(190) + ` ${id.replaceAll('3', '4')}`),
    );
  });

  it('never throws, and stays bounded and well-formed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.ipV6(),
        fc.webUrl(),
        fc.integer(),
        (text, ip, url, number) => {
          const template = messageTemplate(`${text} ${number} ${ip} ${url}`);
          expect(template.length).to.be.at.most(200);
          expect(template.isWellFormed()).to.equal(true);
        },
      ),
    );
  });

  it('says one thing of any number, UUID and IPv4 address', () => {
    fc.assert(
      fc.property(fc.integer(), fc.uuid(), fc.ipV4(), (number, uuid, ip) => {
        expect(messageTemplate(`${number} of ${uuid} at ${ip}`)).to.equal('<int> of <uuid> at <ip>');
      }),
    );
  });

  it('takes time that is linear in the text', () => {
    for (const unit of [
      'a',
      '1',
      'a@',
      'a.',
      ':',
      '1.',
      'f:',
      "='",
      '=',
      'http://',
      '-',
      '\n',
      ' ',
      '<',
      '\u001b[',
      '\u001b]',
    ]) {
      expectLinear((size) => unit.repeat(size), messageTemplate);
    }
  });
});
